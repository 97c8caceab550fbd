/** Power over IPMI with the real ipmitool: one process for each call, in each BMC's turn, and never a second try. */
import type { Logger } from "pino";
import type { Machine } from "../../core/domain/fleet.ts";
import type { BmcCode } from "../../core/domain/observation.ts";
import type { BmcReply, BootFlagsReply, Clock, Enrolment, EnrolReply, Power, PowerReply } from "../ports.ts";
import { type BackDoor, backDoorArgs, type DoorReply, judgeBackDoor } from "./back-doors.ts";
import { bmcAdvice } from "./bmc-advice.ts";
import { BmcQueue, type Urgency } from "./bmc-queue.ts";
import { BOOT_STEPS, parseBootFlags, READ_BOOT_FLAGS } from "./boot-flags.ts";
import { isAcknowledged, parsePower } from "./classify.ts";
import { isSharedGuid, parseGuid, sameGuid } from "./guid.ts";
import { type Answer, LoginRunner } from "./login-runner.ts";
import { DEFAULT_RETRIES, type Retries } from "./retransmission.ts";
import { runIpmitool } from "./run-ipmitool.ts";

export interface IpmitoolPowerOptions {
  /** IPMI user, at most 16 characters. */
  readonly user: string;
  /** The site's; a machine's own `bmc.passwordFile` goes first. */
  readonly passwordFile: string;
  /** From the end of one command to the start of the next of the same BMC. */
  readonly intervalMs: number;
  /** After this the process group of a call is killed; longer than `retransmissionDeadlineMs`. */
  readonly deadlineMs?: number;
  /** ipmitool's retransmissions of one datagram; retask itself repeats nothing. */
  readonly retries?: Retries;
  /** ipmitool processes at once, over all BMCs. */
  readonly maxProcesses?: number;
  readonly command?: string;
  readonly logger: Logger;
  readonly clock: Pick<Clock, "monotonicMs">;
}

export interface IpmitoolPower extends Power {
  /** Lets a refused login be tried once more, with the same password: when the account was repaired on the BMC. */
  forget(machine: Machine): void;
  /** Tries to get in without a password; one process. `suite`: one by which a proper login works. */
  tryBackDoor(machine: Machine, door: BackDoor, suite: number, signal: AbortSignal): Promise<DoorReply>;
}

interface Asked {
  readonly machine: Machine;
  readonly suite: number;
  readonly args: readonly string[];
  readonly urgency: Urgency;
  readonly signal: AbortSignal;
}

/** Tried in this order, once, at enrolment; 17 (SHA-256) is the better one, 3 the one that every BMC has. */
const CIPHER_SUITES = [17, 3];

const bmcOf = ({ bmc }: Machine): string => `${bmc.address.toLowerCase()}:${bmc.port}`;

export function ipmitoolPower(options: IpmitoolPowerOptions): IpmitoolPower {
  const { intervalMs, maxProcesses = 8, clock, logger } = options;
  const { user, passwordFile } = options;
  const { deadlineMs = 15_000, retries = DEFAULT_RETRIES, command: program = "ipmitool" } = options;
  const queue = new BmcQueue({ intervalMs, maxProcesses, clock });
  const runner = new LoginRunner({ user, passwordFile, deadlineMs, retries, command: program });

  const ask = async (asked: Asked): Promise<Answer> => {
    const bmc = bmcOf(asked.machine);
    const refused = await runner.refusedBefore(bmc, asked.machine);
    if (refused !== null) return refused;
    const turn = await queue.submit(bmc, asked.urgency, asked.signal, async () => {
      const beganMs = clock.monotonicMs();
      const outcome = await runner.run({ bmc, ...asked });
      report(logger, bmc, asked, outcome, clock.monotonicMs() - beganMs);
      return outcome;
    });
    if (turn.started) return turn.value;
    const what = "nothing was sent: the time was up while it waited for its turn at this BMC";
    return { ok: false, code: "RTK_BMC_TIMEOUT", what };
  };

  const command =
    (action: "soft" | "off" | "on") => async (machine: Machine, enrolment: Enrolment, signal: AbortSignal) => {
      const args = ["chassis", "power", action];
      const outcome = await ask({ machine, suite: enrolment.cipherSuite, args, urgency: "command", signal });
      if (outcome.ok && isAcknowledged(outcome.stdout)) return { ok: true } as const;
      return failure(machine, outcome, `power ${action}`);
    };

  return {
    async status(machine, enrolment, signal): Promise<PowerReply> {
      const args = ["chassis", "power", "status"];
      const outcome = await ask({ machine, suite: enrolment.cipherSuite, args, urgency: "reading", signal });
      const power = outcome.ok ? parsePower(outcome.stdout) : null;
      return power === null ? failure(machine, outcome, "power status") : { ok: true, power };
    },
    async identify(machine, enrolment, signal): Promise<BmcReply> {
      const args = ["mc", "guid"];
      // As urgent as the power-off that it precedes, and so never behind a reading.
      const outcome = await ask({ machine, suite: enrolment.cipherSuite, args, urgency: "command", signal });
      const guid = outcome.ok ? parseGuid(outcome.stdout) : null;
      if (guid === null) return failure(machine, outcome, "identification");
      return sameGuid(guid, enrolment.guid) ? { ok: true } : wrongGuid(machine, guid, enrolment.guid);
    },
    enrol: (machine, signal) => enrol(ask, machine, signal),
    softOff: command("soft"),
    hardOff: command("off"),
    on: command("on"),
    async setBootFlags(machine, { cipherSuite: suite }, step, signal): Promise<BmcReply> {
      const outcome = await ask({ machine, suite, args: BOOT_STEPS[step], urgency: "command", signal });
      // Of raw bytes ipmitool says nothing, so its exit code is all there is.
      return outcome.ok ? { ok: true } : failure(machine, outcome, `boot flags (${step})`);
    },
    async bootFlags(machine, { cipherSuite: suite }, signal): Promise<BootFlagsReply> {
      const outcome = await ask({ machine, suite, args: READ_BOOT_FLAGS, urgency: "reading", signal });
      const flags = outcome.ok ? parseBootFlags(outcome.stdout) : null;
      return flags === null ? failure(machine, outcome, "boot flags") : { ok: true, flags };
    },
    forget: (machine) => runner.forget(bmcOf(machine)),
    async tryBackDoor(machine, door, suite, signal) {
      const args = backDoorArgs(door, machine, user, suite, retries);
      const turn = await queue.submit(bmcOf(machine), "reading", signal, () =>
        runIpmitool({ command: program, args, password: "", deadlineMs, signal }),
      );
      return turn.started ? judgeBackDoor(turn.value) : { kind: "unsure", why: "the time was up before its turn" };
    },
  };
}

/** One process for each cipher suite at most; stops at the first answer that is not about the suite. */
async function enrol(
  ask: (asked: Asked) => Promise<Answer>,
  machine: Machine,
  signal: AbortSignal,
): Promise<EnrolReply> {
  let outcome: Answer = { ok: false, code: "RTK_BMC_CIPHER", what: "no cipher suite was tried" };
  for (const suite of CIPHER_SUITES) {
    outcome = await ask({ machine, suite, args: ["mc", "guid"], urgency: "reading", signal });
    if (outcome.ok) return enrolled(machine, outcome, suite);
    if (outcome.code !== "RTK_BMC_CIPHER" && outcome.sessionUnanswered !== true) break;
  }
  return failure(machine, outcome, "enrolment");
}

function enrolled(machine: Machine, outcome: Answer & { ok: true }, cipherSuite: number): EnrolReply {
  const guid = parseGuid(outcome.stdout);
  if (guid === null) return failure(machine, outcome, "enrolment");
  if (!isSharedGuid(guid)) return { ok: true, enrolment: { guid, cipherSuite } };
  return failed(machine, "enrolment", "RTK_BMC_NO_GUID", `its GUID ${guid} is one that many boards share`);
}

const wrongGuid = (machine: Machine, answered: string, enrolledGuid: string): BmcReply =>
  failed(machine, "identification", "RTK_BMC_WRONG_GUID", `it has the GUID ${answered}, enrolled is ${enrolledGuid}`);

/** `outcome` did not hold what was asked for: exit code 0 and unknown words are a failure too. */
function failure(machine: Machine, outcome: Answer, asked: string): BmcReply & { readonly ok: false } {
  if (!outcome.ok) return failed(machine, asked, outcome.code, outcome.what);
  return failed(machine, asked, "RTK_BMC_GARBLED", `ipmitool succeeded, but said${outcome.shown}`);
}

function failed(machine: Machine, asked: string, code: BmcCode, what: string): BmcReply & { readonly ok: false } {
  return { ok: false, code, why: `${asked} of ${machine.name}, BMC ${bmcOf(machine)}: ${what}. ${bmcAdvice[code]}` };
}

function report(logger: Logger, bmc: string, asked: Asked, outcome: Answer, tookMs: number): void {
  const facts = { machine: asked.machine.name, bmc, asked: asked.args.join(" "), tookMs: Math.round(tookMs) };
  if (!outcome.ok) logger.warn({ ...facts, code: outcome.code, what: outcome.what }, "the BMC did not do as asked");
  else if (asked.urgency === "command") logger.info(facts, "the BMC answered");
  else logger.debug(facts, "the BMC answered");
}
