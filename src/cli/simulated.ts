/** Whether the site's daemon is a demo: then nobody may be asked at the addresses that its files name, for they are others'. */
import { isTicking, type StatusAnswer } from "./answers.ts";
import type { DaemonClient } from "./daemon-client.ts";

/** Where none answers there is no demo either. */
export async function isSimulated(daemon: DaemonClient): Promise<boolean> {
  const answer = await daemon.ask({ method: "GET", path: "/v1/status" });
  if (!answer.ok) return false;
  const status = answer.value as StatusAnswer;
  return isTicking(status) && status.simulated;
}
