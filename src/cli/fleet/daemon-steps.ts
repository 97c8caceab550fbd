/** The steps of a change of the fleet that are the daemon's: it must know the new file first, and then does them itself. */

import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { ConfigurationStatus } from "../../control/configuration/keeper.ts";
import type { Step } from "../../control/prepare-machine.ts";
import type { Machine } from "../../core/domain/fleet.ts";
import { describeLink } from "../../core/domain/standing.ts";
import { describeDuration } from "../../core/domain/units.ts";
import { fallbackName } from "../../world/boot-links/names.ts";
import type { LinksReport } from "../../world/boot-links/report.ts";
import type { MachineWithHistory } from "../answers.ts";
import type { DaemonClient } from "../daemon-client.ts";
import { shortDigest } from "../text/configuration-text.ts";
import { whileWaiting } from "../waiting.ts";

export interface StepLine {
  readonly step: "entry" | "bmc" | "address" | "daemon" | "dhcp" | Step["step"] | "boot";
  /** `unproven`: nothing shows that it holds; `left`: not done yet, and nothing is wrong; `yours`: none of retask's. */
  readonly done: Step["done"] | "left" | "yours";
  readonly why: string;
}

const TAKEN_WITHIN_MS = 30_000;
/** It reads changed files within a second or two: problems that are still there then are this file's. */
const JUDGED_WITHIN_MS = 8_000;
const ASK_EVERY_MS = 500;
/** As long as the daemon itself gives a BMC, and a little more. */
const PREPARE_DEADLINE_MS = 180_000;

/** Waits until the daemon runs by just these files. `digest`: theirs. */
export async function taken(daemon: DaemonClient, digest: string): Promise<StepLine> {
  const step = (done: StepLine["done"], why: string): StepLine => ({ step: "daemon", done, why });
  const began = performance.now();
  for (let waited = 0; waited < TAKEN_WITHIN_MS; waited = performance.now() - began) {
    const answer = await daemon.ask({ method: "GET", path: "/v1/configuration" });
    if (!answer.ok) return step("left", `no daemon answers: ${firstLine(answer.why)}`);
    const status = answer.value as ConfigurationStatus | null;
    if (status === null) return step("left", "this daemon reads no files");
    if (status.inForceDigest === digest) return step("changed", "it runs by the new file");
    if (status.pending?.digest === digest)
      return step("left", `the new file waits for: retask accept ${shortDigest(digest)}`);
    const [problem] = status.problems;
    if (problem !== undefined && waited > JUDGED_WITHIN_MS)
      return step("refused", `it refuses the files: ${problem.message}; see retask status`);
    await whileWaiting("waiting for the daemon to read the file", sleep(ASK_EVERY_MS));
  }
  const why = `it has not taken the new file within ${describeDuration(TAKEN_WITHIN_MS)}: is it this site's? see retask status`;
  return step("refused", why);
}

export async function prepare(daemon: DaemonClient, machine: string, body: object): Promise<readonly StepLine[]> {
  const path = `/v1/machines/${machine}/prepare`;
  const answer = await daemon.ask({ method: "POST", path, body, deadlineMs: PREPARE_DEADLINE_MS });
  if (!answer.ok) return [{ step: "daemon", done: "refused", why: answer.why }];
  return (answer.value as { readonly steps: readonly Step[] }).steps;
}

/** What a machine boots that was to have no link of its own. */
export async function linkless(daemon: DaemonClient, { name, loader }: Machine): Promise<StepLine> {
  const step = (done: StepLine["done"], why: string): StepLine => ({ step: "bootLink", done, why });
  const answer = await daemon.ask({ method: "GET", path: "/v1/links" });
  if (!answer.ok) return step("unproven", `what it will boot is not known: ${answer.why}`);
  const { machines, holding } = answer.value as LinksReport;
  const own = machines.find(({ machine }) => machine === name);
  if (own !== undefined && own.fact.kind !== "missing")
    return step("unproven", `it has a link already, ${own.link}: ${describeLink(own.fact)}`);
  const fallback = holding.find(({ path }) => basename(path) === fallbackName(loader));
  if (fallback === undefined || fallback.fact.kind === "missing")
    return step("unproven", `none, and there is no ${fallbackName(loader)} to hold it: it will find nothing to boot`);
  if (fallback.serves.length > 0)
    return step("unproven", `none, and ${fallback.path} would make it serve ${fallback.serves.join(", ")}`);
  return step("unchanged", `none: it boots the holding image, ${fallback.path}`);
}

/** Waits for its beacon. `told`: how far it has come, where that is known. */
export async function booted(daemon: DaemonClient, machine: string, withinMs: number): Promise<StepLine> {
  const began = performance.now();
  let stage = "";
  while (performance.now() - began < withinMs) {
    const answer = await daemon.ask({ method: "GET", path: `/v1/machines/${machine}` });
    const observed = answer.ok ? (answer.value as MachineWithHistory).observed : null;
    if (observed?.beacon.kind === "heard") {
      const { role, image } = observed.beacon.report;
      return { step: "boot", done: "changed", why: `its beacon answers: ${role || "no role"}, ${image || "no image"}` };
    }
    stage = observed?.bootStage ?? stage;
    await whileWaiting(`${machine} boots${stage === "" ? "" : ` (${stage})`}`, sleep(ASK_EVERY_MS * 4));
  }
  const seen = stage === "" ? "" : `; last seen: ${stage}`;
  const why = `no beacon within ${describeDuration(withinMs)}${seen}; look at its console, then: retask explain ${machine}`;
  return { step: "boot", done: "unproven", why };
}

const enrolments = z.object({ enrolments: z.array(z.object({ machine: z.string() })) });

/** Machines whose BMC was enrolled; null: no daemon says so. */
export async function enrolledMachines(daemon: DaemonClient): Promise<ReadonlySet<string> | null> {
  const answer = await daemon.ask({ method: "GET", path: "/v1/enrolments" });
  const parsed = answer.ok ? enrolments.safeParse(answer.value) : null;
  return parsed?.success === true ? new Set(parsed.data.enrolments.map(({ machine }) => machine)) : null;
}

const firstLine = (text: string): string => text.split("\n")[0] ?? text;

/** Of a machine that leaves. `body`: who asks, and why. */
export async function removeLink(daemon: DaemonClient, name: string, body: object): Promise<StepLine> {
  const path = `/v1/machines/${name}/boot-link`;
  const answer = await daemon.ask({ method: "DELETE", path, body });
  if (!answer.ok) return { step: "bootLink", done: "refused", why: answer.why };
  const { removed } = answer.value as { readonly removed: boolean };
  return { step: "bootLink", done: removed ? "changed" : "unchanged", why: removed ? "removed" : "there was none" };
}
