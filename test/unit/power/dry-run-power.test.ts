/** A dry run sends nothing, whoever asks. */
import { expect, test } from "vitest";
import { machineName } from "../../../src/core/domain/names.ts";
import { dryRunPower } from "../../../src/world/power/dry-run-power.ts";

const machine = {
  name: machineName("m01"),
  ip: "127.0.0.2",
  mac: "00:11:22:33:44:55",
  bmc: { address: "127.0.0.3", port: 623 },
  domains: {},
  roles: [],
  capacity: 1,
  loader: "pxelinux",
  image: {},
  status: "active",
} as const;

test("every method of the port answers RTK_DRY_RUN and names the machine", async () => {
  const power = dryRunPower();
  const enrolment = { guid: "4c4c4544004d3510805ab3c04f4e3332", cipherSuite: 3 };
  const signal = new AbortController().signal;
  const answers = await Promise.all([
    power.enrol(machine, signal),
    power.status(machine, enrolment, signal),
    power.identify(machine, enrolment, signal),
    power.softOff(machine, enrolment, signal),
    power.hardOff(machine, enrolment, signal),
    power.on(machine, enrolment, signal),
    power.setBootFlags(machine, enrolment, "bios", signal),
    power.bootFlags(machine, enrolment, signal),
  ]);
  expect(answers).toHaveLength(Object.keys(power).length);
  for (const answer of answers) {
    expect(answer).toMatchObject({ ok: false, code: "RTK_DRY_RUN", why: expect.stringContaining("m01") });
  }
});
