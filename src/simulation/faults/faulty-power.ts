/** BMCs that hang, lie, refuse, answer for another machine, and execute commands twice or late. */
import type { Machine } from "../../core/domain/fleet.ts";
import type { BmcCode } from "../../core/domain/observation.ts";
import type { Power } from "../../world/ports.ts";
import type { SimulatedWorld } from "../simulated-world.ts";
import type { PowerCommand, SideEffects } from "./side-effects.ts";
import type { BmcTrouble, Troubles } from "./troubles.ts";

/** ipmitool repeats an unanswered datagram for up to twelve seconds (ADR 11). */
const COPY_AFTER_MS = 12_000;
const LATE_MS = 8_000;

const REFUSALS: Readonly<Partial<Record<BmcTrouble, { readonly code: BmcCode; readonly why: string }>>> = {
  hangs: { code: "RTK_BMC_UNREACHABLE", why: "no answer" },
  refusesThePassword: { code: "RTK_BMC_AUTH", why: "the BMC refused the password" },
  isBusy: { code: "RTK_BMC_BUSY", why: "node busy" },
};

export function faultyPower(world: SimulatedWorld, troubles: Troubles, seen: SideEffects, by: string): Power {
  const { power, clock } = world;
  const refusalOf = ({ name }: Machine) => {
    const trouble = troubles.bmcs.get(name);
    const refusal = trouble === undefined ? undefined : REFUSALS[trouble];
    return refusal === undefined ? null : ({ ok: false, ...refusal } as const);
  };
  const command =
    (kind: PowerCommand): Power["softOff"] =>
    async (machine, enrolment, signal) => {
      seen.onPower(machine.name, kind, by);
      const refusal = refusalOf(machine);
      if (refusal !== null) return refusal;
      const press = () => {
        seen.onExecuted(machine.name, kind);
        return power[kind](machine, enrolment, signal);
      };
      const trouble = troubles.bmcs.get(machine.name);
      if (trouble === "executesLate") {
        clock.after(LATE_MS, () => void press());
        return { ok: false, code: "RTK_BMC_TIMEOUT", why: "no answer within 15 s" };
      }
      if (trouble === "executesTwice") clock.after(COPY_AFTER_MS, () => void press());
      return press();
    };
  return {
    enrol: async (machine, signal) => refusalOf(machine) ?? power.enrol(machine, signal),
    status: async (machine, enrolment, signal) => {
      const trouble = troubles.bmcs.get(machine.name);
      if (trouble === "saysOff") return { ok: true, power: "off" };
      if (trouble === "saysOn") return { ok: true, power: "on" };
      return refusalOf(machine) ?? power.status(machine, enrolment, signal);
    },
    identify: async (machine, enrolment, signal) => {
      if (troubles.bmcs.get(machine.name) === "isAnotherMachines")
        return { ok: false, code: "RTK_BMC_WRONG_GUID", why: `another BMC answers for ${machine.name}` };
      return refusalOf(machine) ?? power.identify(machine, enrolment, signal);
    },
    softOff: command("softOff"),
    hardOff: command("hardOff"),
    on: command("on"),
    setBootFlags: async (machine, enrolment, step, signal) =>
      refusalOf(machine) ?? power.setBootFlags(machine, enrolment, step, signal),
    bootFlags: async (machine, enrolment, signal) => refusalOf(machine) ?? power.bootFlags(machine, enrolment, signal),
  };
}
