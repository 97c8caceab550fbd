/** Power in a dry run: the port that spawns nothing, whoever calls it (S13). */
import type { Machine } from "../../core/domain/fleet.ts";
import type { BmcCode } from "../../core/domain/observation.ts";
import type { Power } from "../ports.ts";

/** Answers RTK_DRY_RUN to everything, readings too: even a status is a login on a BMC and a process. */
export function dryRunPower(): Power {
  const answer = (asked: string) => async (machine: Machine) => ({
    ok: false as const,
    code: "RTK_DRY_RUN" satisfies BmcCode as BmcCode,
    why: `dry run: ${asked} of ${machine.name} was not sent to its BMC`,
  });
  return {
    enrol: answer("enrolment"),
    status: answer("power status"),
    identify: answer("identification"),
    softOff: answer("soft power-off"),
    hardOff: answer("hard power-off"),
    on: answer("power-on"),
    setBootFlags: answer("a change of boot flags"),
    bootFlags: answer("boot flags"),
  };
}
