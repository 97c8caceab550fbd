/** The operation that boots the new hardware, watched to its end, each phase told as it comes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { DaemonClient } from "../daemon-client.ts";
import type { Invocation } from "../invocation.ts";
import { whileWaiting } from "../waiting.ts";

/** Of one that ended, or of one that goes on. */
interface Watched {
  readonly to: string;
  readonly phase: string;
  readonly outcome?: "done" | "undone" | "quarantined";
  readonly why: string | null;
  readonly waitsFor?: string | null;
}

export interface BootEnd {
  readonly role: string;
  readonly outcome: "done" | "undone" | "quarantined";
  readonly why: string;
}

const ASK_EVERY_MS = 1_000;

/** The daemon goes on by itself where this command is ended. It may take as long as the machine's boot does. */
export async function followBoot(cli: Invocation, daemon: DaemonClient, operation: string): Promise<BootEnd> {
  let phase = "";
  for (;;) {
    const seen = await daemon.get<Watched>(`/v1/operations/${operation}`);
    if (seen.phase !== phase) cli.note(`operation ${operation}: ${seen.phase}`);
    phase = seen.phase;
    if (seen.outcome !== undefined) return { role: seen.to, outcome: seen.outcome, why: seen.why ?? "" };
    await whileWaiting(`${seen.phase}${seen.waitsFor == null ? "" : `: ${seen.waitsFor}`}`, sleep(ASK_EVERY_MS));
  }
}
