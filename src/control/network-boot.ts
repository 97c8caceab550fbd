/** A machine that starts by the network from now on: its BMC's boot flags, set and then read back. */
import type { Machine } from "../core/domain/fleet.ts";
import type { BmcCode } from "../core/domain/observation.ts";
import type { BootFlags, Enrolment, Power } from "../world/ports.ts";

export type NetworkBoot =
  | { readonly ok: true; readonly kept: boolean; readonly why: string }
  | { readonly ok: false; readonly code: BmcCode; readonly why: string };

/** Three commands, one process each. `kept: false`: the BMC took them, and does not show that it keeps them. */
export async function setNetworkBoot(
  power: Power,
  { machine, enrolment, firmware }: { machine: Machine; enrolment: Enrolment; firmware: BootFlags["firmware"] },
  signal: AbortSignal,
): Promise<NetworkBoot> {
  // Its refusal is no news: such a BMC has no time-out to be told of.
  await power.setBootFlags(machine, enrolment, "keep", signal);
  const set = await power.setBootFlags(machine, enrolment, firmware, signal);
  if (!set.ok) return set;
  const read = await power.bootFlags(machine, enrolment, signal);
  if (!read.ok) return { ok: true, kept: false, why: `set, but not read back: ${read.why}` };
  const { flags } = read;
  if (flags.network && flags.persistent && flags.firmware === firmware)
    return { ok: true, kept: true, why: `the BMC shows it: network, persistent, ${firmware}` };
  return { ok: true, kept: false, why: `set, but the BMC shows ${shown(flags)}; ${ADVICE}` };
}

const ADVICE = "set the boot order in the machine's own setup, network first";

const shown = ({ network, persistent, firmware }: BootFlags): string =>
  network ? `network, ${persistent ? "persistent" : "for the next start alone"}, ${firmware}` : "no network boot";
