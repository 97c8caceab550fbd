/** The machines as the daemon sees them, for `retask image list`. */
import { isTicking, type MachinesAnswer, type StatusAnswer } from "../answers.ts";
import type { DaemonClient } from "../daemon-client.ts";
import type { MachineSeen } from "./would-change.ts";

const DEADLINE_MS = 5_000;
/** Beyond that its clock is another than that of the files here, so that their times can't be compared. */
const CLOCKS_APART_MS = 600_000;

/** Null: no daemon answers, or it has not looked yet. */
export async function readSeen(daemon: DaemonClient): Promise<readonly MachineSeen[] | null> {
  const [status, machines] = await Promise.all(
    ["/v1/status", "/v1/machines"].map((path) => daemon.ask({ method: "GET", path, deadlineMs: DEADLINE_MS })),
  );
  if (status?.ok !== true || machines?.ok !== true) return null;
  const pool = status.value as StatusAnswer;
  if (!isTicking(pool)) return null;
  const isOurTime = Math.abs(pool.atMs - Date.now()) < CLOCKS_APART_MS;
  return (machines.value as MachinesAnswer).machines.map(({ name, recorded, observed }) => {
    const beacon = observed?.beacon;
    const heard = beacon?.kind === "heard" ? beacon : null;
    const link = observed?.link.kind === "image" ? observed.link.image : null;
    return {
      name,
      placement: recorded?.placement ?? null,
      running: heard?.report.image ?? recorded?.image ?? link,
      link,
      bootedMs: heard === null || !isOurTime ? null : pool.atMs - heard.ageMs - heard.report.uptimeS * 1_000,
    };
  });
}
