/** A changed fleet.yaml that the daemon must run by before the next step: waited for, and accepted where it waits. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ConfigurationStatus } from "../../control/configuration/keeper.ts";
import { describeDuration } from "../../core/domain/units.ts";
import { CommandFailed } from "../command-failed.ts";
import type { DaemonClient } from "../daemon-client.ts";
import { shortDigest } from "../text/configuration-text.ts";
import { whileWaiting } from "../waiting.ts";

/** A machine counts as off only once a tick has seen what its BMC said; a tick may be a minute apart. */
const WITHIN_MS = 150_000;
const ASK_EVERY_MS = 500;

/** Ends the command where the daemon runs by other files than these: what it made of a change could not be told. */
export async function insistOnSameFiles(daemon: DaemonClient, digest: string): Promise<void> {
  const status = await daemon.get<ConfigurationStatus | null>("/v1/configuration");
  if (status === null) throw new CommandFailed("nothing was changed: this daemon reads no files");
  if (status.pending !== null)
    throw new CommandFailed(
      `nothing was changed: a configuration waits; first: retask accept ${shortDigest(status.pending.digest)}`,
    );
  if (status.inForceDigest !== digest)
    throw new CommandFailed("nothing was changed: the daemon does not run by these files; see retask check");
}

/** What the operator has confirmed is accepted with it: so small a fleet may lose a greater share than `acceptance` lets pass. */
export async function comeIntoForce(daemon: DaemonClient, digest: string, author: string): Promise<void> {
  const began = performance.now();
  let problems: ConfigurationStatus["problems"] = [];
  while (performance.now() - began < WITHIN_MS) {
    const status = await daemon.get<ConfigurationStatus>("/v1/configuration");
    if (status.inForceDigest === digest) return;
    if (status.pending?.digest === digest) await daemon.send("POST", "/v1/configuration/accept", { author, digest });
    problems = status.problems;
    await whileWaiting("waiting for the daemon to run by the new fleet.yaml", sleep(ASK_EVERY_MS));
  }
  const said = problems.map(({ message }) => message).join("; ");
  const why = `the daemon has not taken the new fleet.yaml within ${describeDuration(WITHIN_MS)}`;
  throw new CommandFailed(said === "" ? why : `${why}: ${said}`);
}
