/**
 * distccd's own statistics, over a raw socket.
 *
 * Its answer ends lines with a bare LF, which HTTP clients refuse, and it needs no request. A TCP reset kills the daemon
 * and orphans its jobs, so a connection is only ever closed in the ordinary way; nothing is sent, so that nothing unread
 * makes the kernel reset it.
 */
import { createConnection, type Socket } from "node:net";
import type { DistccLoad } from "../../core/domain/observation.ts";
import type { BuildMeter, Heard } from "../ports.ts";
import { parseDistccStats, STATS_END } from "./distcc-stats.ts";

const DEFAULT_STATS_PORT = 3_633;
/** The real answer has some 700 bytes. */
const MAX_ANSWER_BYTES = 65_536;

export interface DistccSettings {
  readonly statsPort?: number;
  readonly deadlineMs: number;
}

export function distccBuildMeter({ statsPort = DEFAULT_STATS_PORT, deadlineMs }: DistccSettings): BuildMeter {
  return {
    async read(machine, signal): Promise<Heard<DistccLoad>> {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
      const answer = await readStatsText(machine.ip, statsPort, deadline);
      const load = answer.ok ? parseDistccStats(answer.value) : answer;
      return load.ok ? load : { ok: false, why: `distccd's statistics at ${machine.ip}:${statsPort}: ${load.why}` };
    },
  };
}

/** The whole answer: up to its closing tag, or the end of the stream. */
function readStatsText(host: string, port: number, signal: AbortSignal): Promise<Heard<string>> {
  if (signal.aborted) return Promise.resolve({ ok: false, why: "no time left for it" });
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    let text = "";
    const settle = (result: Heard<string>): void => {
      signal.removeEventListener("abort", onAbort);
      closeOrderly(socket);
      resolve(result);
    };
    const onAbort = (): void => settle({ ok: false, why: "no whole answer within the deadline" });

    signal.addEventListener("abort", onAbort, { once: true });
    // latin1: one character a byte, so the cap counts bytes and no split character can hide the closing tag.
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      text += chunk;
      if (text.includes(STATS_END)) settle({ ok: true, value: text });
      else if (text.length > MAX_ANSWER_BYTES) settle({ ok: false, why: `more than ${MAX_ANSWER_BYTES} bytes` });
    });
    socket.on("end", () => settle({ ok: true, value: text }));
    // After a whole answer an ECONNRESET is usual; by then this is settled and the error falls on deaf ears.
    socket.on("error", (error: NodeJS.ErrnoException) => settle({ ok: false, why: error.code ?? error.message }));
  });
}

function closeOrderly(socket: Socket): void {
  socket.removeAllListeners("data");
  // destroy() sends a FIN: measured as harmless to distccd.
  socket.destroy();
}
