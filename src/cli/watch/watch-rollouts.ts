/** Roll-outs as they go on: a line for each change, until none is under way. */
import { setTimeout as sleep } from "node:timers/promises";
import type { RolloutAnswer } from "../answers.ts";
import { CommandFailed } from "../command-failed.ts";
import type { Invocation } from "../invocation.ts";
import { jsonLine } from "../json-document.ts";
import { lookOf } from "../text/look.ts";
import { rolloutLine } from "../text/rollout-text.ts";
import { safeDeep } from "../text/safe-text.ts";

const POLL_MS = 2_000;

/** For a script as for a person: what did not end well is an error. */
export async function watchRollouts(cli: Invocation, read: () => Promise<readonly RolloutAnswer[]>): Promise<void> {
  const shown = new Map<string, string>();
  for (;;) {
    const rollouts = await read();
    if (rollouts.length === 0) throw new CommandFailed("there is no roll-out to watch");
    for (const rollout of rollouts) {
      const line = lineOf(cli, rollout);
      if (shown.get(rollout.role) !== line) process.stdout.write(`${line}\n`);
      shown.set(rollout.role, line);
    }
    if (rollouts.every(({ endedMs }) => endedMs !== null)) return judge(rollouts);
    await sleep(POLL_MS);
  }
}

/** Without the minutes of a soak, which would be a change each. */
function lineOf(cli: Invocation, rollout: RolloutAnswer): string {
  if (cli.options.json === true) return jsonLine("rollout", { ...rollout, soakedMs: 0 });
  const { why } = rollout;
  const line = rolloutLine(safeDeep({ ...rollout, soakedMs: 0 }), lookOf(process.stdout, process.env));
  return why === null ? line : `${line}: ${safeDeep(why)}`;
}

function judge(rollouts: readonly RolloutAnswer[]): void {
  const failed = rollouts.filter(({ state }) => state !== "done");
  if (failed.length > 0)
    throw new CommandFailed(failed.map(({ what, stateText }) => `${what}: ${stateText}`).join("; "));
}
