/** A new machine's last steps: what refuses them all, what refuses one, and what the BMC's flags prove. */
import { describe, expect, test } from "vitest";
import { setNetworkBoot } from "../../../src/control/network-boot.ts";
import { machineName } from "../../../src/core/domain/names.ts";
import type { BootFlags, Power } from "../../../src/world/ports.ts";
import { dryRunPower } from "../../../src/world/power/dry-run-power.ts";
import { type Bench, BY, exampleSite, startBench, startUnticked } from "../http/support/bench.ts";

const prepare = async ({ send }: Bench, machine: string, wanted: object) =>
  (await send("POST", `/v1/machines/${machine}/prepare`, { ...BY, ...wanted })).body;
const m01 = machineName("m01");

test("an unknown machine, a role that it may not take, and a stopped retask refuse it all, on the record", async () => {
  let stop: string | null = null;
  const bench = await startUnticked({ stopped: () => stop });
  expect(await prepare(bench, "m99", {})).toMatchObject({ code: "RTK_UNKNOWN_MACHINE" });
  expect(await prepare(bench, "m01", { boots: { role: "mail" } })).toMatchObject({ code: "RTK_NOT_ELIGIBLE" });
  stop = "somebody said stop";
  expect(await prepare(bench, "m01", { powerOn: true })).toMatchObject({ code: "RTK_STOPPED", detail: stop });
  const audit = await bench.store.auditLog({ limit: 5 });
  expect(audit.map(({ action, refused }) => `${action} ${refused?.split(":")[0]}`)).toEqual([
    "prepare m01 RTK_STOPPED",
    "prepare m01 RTK_NOT_ELIGIBLE",
    "prepare m99 RTK_UNKNOWN_MACHINE",
  ]);
});

describe("a machine that is off", () => {
  async function offBench() {
    const bench = await startBench({ adopted: false });
    await bench.simulation.turn();
    const machine = bench.simulation.world.machines.get(m01);
    machine?.switchOff();
    return { bench, isOn: () => machine?.power === "on" };
  }

  test("is not switched on where its link is not the one that was asked for", async () => {
    const { bench, isOn } = await offBench();
    const wanted = { boots: { image: "nowhere.1" }, powerOn: true };
    expect(await prepare(bench, "m01", wanted)).toMatchObject({
      steps: [
        { step: "bootLink", done: "refused", why: expect.stringContaining("left as it is") },
        { step: "powerOn", done: "refused" },
      ],
    });
    expect(isOn()).toBe(false);
  });

  test("is not touched where its BMC says that it is another machine's", async () => {
    const { bench, isOn } = await offBench();
    const own = bench.simulation.world.machines.get(m01);
    await bench.store.saveEnrolment(machineName("m02"), { guid: own?.guid ?? "", cipherSuite: 17 });
    expect(await prepare(bench, "m01", { networkBoot: "bios", powerOn: true })).toMatchObject({
      steps: [{ step: "bmc", done: "refused", why: expect.stringContaining("the GUID of m02's") }],
    });
    expect(isOn()).toBe(false);
  });

  test("is told to boot by the network, and switched on", async () => {
    const { bench, isOn } = await offBench();
    expect(await prepare(bench, "m01", { boots: { role: "web" }, networkBoot: "uefi", powerOn: true })).toMatchObject({
      steps: [
        { step: "bootLink", done: "unchanged" },
        // The simulated BMC shows the flags of a BIOS machine.
        { step: "networkBoot", done: "unproven" },
        { step: "powerOn", done: "changed" },
      ],
    });
    expect(isOn()).toBe(true);
  });
});

describe("boot flags that were set", () => {
  const errand = { enrolment: { guid: "0".repeat(32), cipherSuite: 3 }, firmware: "bios" } as const;
  const never = new AbortController().signal;

  async function shownAs(flags: BootFlags | null) {
    const machine = (await exampleSite()).machines.get(m01);
    if (machine === undefined) throw new Error("the example site has m01");
    const said: string[] = [];
    const power: Power = {
      ...dryRunPower(),
      setBootFlags: async (_machine, _enrolment, step) => {
        said.push(step);
        // Many BMCs know no time-out that could be kept from them.
        return step === "keep" ? { ok: false, code: "RTK_BMC_REFUSED", why: "invalid data field" } : { ok: true };
      },
      bootFlags: async () => (flags === null ? { ok: false, code: "RTK_BMC_GARBLED", why: "?" } : { ok: true, flags }),
    };
    const set = await setNetworkBoot(power, { machine, ...errand }, never);
    expect(said).toEqual(["keep", "bios"]);
    return set;
  }

  test.each([
    [{ network: true, persistent: true, firmware: "bios" }, true, "the BMC shows it"],
    [{ network: true, persistent: false, firmware: "bios" }, false, "for the next start alone"],
    [{ network: false, persistent: true, firmware: "bios" }, false, "no network boot"],
    [{ network: true, persistent: true, firmware: "uefi" }, false, "uefi"],
    [null, false, "not read back"],
  ] as const)("and read back as %j are kept: %s", async (flags, kept, why) => {
    expect(await shownAs(flags)).toMatchObject({ ok: true, kept, why: expect.stringContaining(why) });
  });
});
