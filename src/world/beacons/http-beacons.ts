/** Asks machines for their beacons over HTTP, bounded in time and size, without proxy or redirects. */
import { Agent } from "node:http";
import axios, { type AxiosInstance, isAxiosError } from "axios";
import type { BeaconReport } from "../../core/domain/observation.ts";
import type { Beacons, Heard } from "../ports.ts";
import { parseBeacon } from "./beacon-text.ts";

/** A beacon has some 600 bytes; an image may add metrics of its own beside it. */
const MAX_BYTES = 65_536;

export interface BeaconSettings {
  readonly port: number;
  /** For the whole exchange with one machine. */
  readonly deadlineMs: number;
}

export function httpBeacons({ port, deadlineMs }: BeaconSettings): Beacons {
  const client = createClient();
  return {
    async read(machine, signal): Promise<Heard<BeaconReport>> {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
      const url = `http://${machine.ip}:${port}/metrics`;
      const report = await fetchBeacon(client, url, deadline);
      return report.ok ? report : { ok: false, why: `beacon at ${machine.ip}:${port}: ${report.why}` };
    },
  };
}

async function fetchBeacon(client: AxiosInstance, url: string, signal: AbortSignal): Promise<Heard<BeaconReport>> {
  try {
    const { status, data } = await client.get<Buffer>(url, { signal });
    if (status !== 200) return { ok: false, why: `HTTP ${status}` };
    // latin1 keeps every byte one character, so that the parser sees and refuses those beyond ASCII.
    return parseBeacon(data.toString("latin1"));
  } catch (error) {
    return { ok: false, why: describeFailure(error, signal) };
  }
}

function createClient(): AxiosInstance {
  return axios.create({
    // A kept connection would outlive the machine's reboot, and the first question after it would fail.
    httpAgent: new Agent({ keepAlive: false }),
    proxy: false,
    maxRedirects: 0,
    maxContentLength: MAX_BYTES,
    responseType: "arraybuffer",
    validateStatus: () => true,
  });
}

function describeFailure(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "no whole answer within the deadline";
  if (!isAxiosError(error)) throw error;
  if (error.message.includes("maxContentLength")) return `more than ${MAX_BYTES} bytes`;
  if (error.code === "ECONNREFUSED") return "connection refused";
  if (error.code === "ERR_BAD_RESPONSE") return "the answer was cut off";
  return `the connection failed (${error.code ?? "no code"})`;
}
