/** What floors, limits and windows hold back of a force that was just set: known once the next tick has ended. */
import { setTimeout as sleep } from "node:timers/promises";
import type { NotDone } from "../core/domain/plan.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { isTicking, type StatusAnswer } from "./text/status-text.ts";

/** A force wakes the loop, so its tick ends within a second; nobody waits longer than this for a mere remark. */
const DEADLINE_MS = 2_000;
const PAUSE_MS = 200;

/** `setMs`: when the force was set, by the daemon's clock. Empty, too, when no tick came in time. */
export async function heldBack(daemon: DaemonClient, subject: string, setMs: number): Promise<readonly NotDone[]> {
  const endsAt = performance.now() + DEADLINE_MS;
  for (;;) {
    const answer = await daemon.ask({ method: "GET", path: "/v1/status", deadlineMs: DEADLINE_MS });
    if (!answer.ok) return [];
    const status = answer.value as StatusAnswer;
    if (isTicking(status) && status.atMs >= setMs) return status.notDone.filter((one) => one.subject === subject);
    if (performance.now() > endsAt) return [];
    await sleep(PAUSE_MS);
  }
}
