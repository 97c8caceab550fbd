/** The table of the machines, drawn again whenever something has changed, until Ctrl-C. */
import type { MachineAnswer, MachinesAnswer } from "../answers.ts";
import { CommandFailed } from "../command-failed.ts";
import type { DaemonClient } from "../daemon-client.ts";
import type { Invocation } from "../invocation.ts";
import { jsonLine } from "../json-document.ts";
import { cutLines } from "../text/fit.ts";
import { type Look, lookOf } from "../text/look.ts";
import { machinesText } from "../text/machines-text.ts";
import { safeDeep, safeText } from "../text/safe-text.ts";
import { nudges } from "./nudges.ts";
import { changesOn, screenOn } from "./screen.ts";

/** The line above the table, an empty one, the titles, "and 9 more", and where the cursor rests. */
const OTHER_LINES = 5;

type Choice = (machines: readonly MachineAnswer[]) => readonly MachineAnswer[];

export async function watchMachines(cli: Invocation, daemon: DaemonClient, choose: Choice): Promise<void> {
  // A daemon that does not answer from the first is an error; one that stops answering later may come back.
  let shown = choose((await daemon.get<MachinesAnswer>("/v1/machines")).machines);
  let trouble: string | null = null;
  const ended = new AbortController();
  const end = (): void => ended.abort();
  const json = cli.options.json === true;
  const screen = json ? changesOn(process.stdout) : screenOn(process.stdout);
  const draw = (): void => {
    const look = lookOf(process.stdout, process.env);
    screen.draw(json ? jsonLine("machines", { machines: shown }) : watchedText(safeDeep(shown), trouble, look));
  };
  process.on("SIGINT", end).on("SIGTERM", end);
  process.stdout.on("resize", draw);
  try {
    draw();
    for await (const _ of nudges(daemon.place, ended.signal)) {
      const answer = await daemon.ask({ method: "GET", path: "/v1/machines" });
      trouble = answer.ok ? null : answer.why;
      if (answer.ok) shown = choose((answer.value as MachinesAnswer).machines);
      if (!ended.signal.aborted) draw();
    }
  } finally {
    process.stdout.off("resize", draw);
    screen.close();
    process.off("SIGINT", end).off("SIGTERM", end);
  }
  if (trouble !== null) throw new CommandFailed(trouble);
}

function watchedText(machines: readonly MachineAnswer[], trouble: string | null, look: Look): string {
  const counts = new Map<string, number>();
  for (const { standing } of machines) {
    const kind = standing?.kind ?? "not judged yet";
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const kinds = [...counts].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${count} ${kind}`);
  const head = `${machines.length} machines: ${kinds.join(", ")}`;
  const old = trouble === null ? [] : [`what follows is old: ${safeText(trouble.split("\n")[0] ?? "")}`];
  const room = Math.max(1, look.rows - OTHER_LINES - old.length);
  return cutLines([head, ...old, "", machinesText({ machines }, look, room)].join("\n"), look);
}
