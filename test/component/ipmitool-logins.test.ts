/** Logins on a real BMC simulator: what is tried, how often, and who sees the password. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type IpmiBench, never, PASSWORD, startIpmiBench } from "./support/ipmi-bench.ts";

let bench: IpmiBench;
beforeAll(async () => {
  bench = await startIpmiBench("127.45.2.10");
});
afterEach(() => bench.reset());
afterAll(() => bench.end());

describe("a login", () => {
  test("with the wrong password is tried once, then not before the file changes", async () => {
    writeFileSync(bench.passwordFile, "wrong\n");
    const { command, calls } = bench.recordingIpmitool("wrong-password");
    const { enrol, status, forget } = bench.power({ command });
    const first = await enrol(bench.machine, never);
    expect(first).toMatchObject({ ok: false, code: "RTK_BMC_AUTH" });
    const afterEnrolment = calls().length;
    const replies = await Promise.all([1, 2, 3].map(() => status(bench.machine, bench.enrolment, never)));
    for (const reply of replies) expect(reply).toMatchObject({ ok: false, code: "RTK_BMC_AUTH" });
    expect(calls()).toHaveLength(afterEnrolment);
    expect(calls().filter((call) => call.includes("-C 3"))).toHaveLength(1);
    expect(replies[0]).toMatchObject({ why: expect.stringContaining(bench.passwordFile) });

    forget(bench.machine);
    expect(await status(bench.machine, bench.enrolment, never)).toMatchObject({ code: "RTK_BMC_AUTH" });
    expect(calls()).toHaveLength(afterEnrolment + 1);

    writeFileSync(bench.passwordFile, PASSWORD);
    expect(await status(bench.machine, bench.enrolment, never)).toEqual({ ok: true, power: "off" });
  });

  test("that waits behind the one that was refused is not tried either", async () => {
    writeFileSync(bench.passwordFile, "wrong\n");
    const { command, calls } = bench.recordingIpmitool("parallel-wrong-password");
    const { status } = bench.power({ command });
    await Promise.all([1, 2, 3, 4].map(() => status(bench.machine, bench.enrolment, never)));
    expect(calls()).toHaveLength(1);
  });

  test("of an unknown user is told from a wrong password, and tried once", async () => {
    const { command, calls } = bench.recordingIpmitool("wrong-user");
    const { status } = bench.power({ command, user: "nobody" });
    const reply = await status(bench.machine, bench.enrolment, never);
    expect(reply).toMatchObject({ ok: false, code: "RTK_BMC_AUTH", why: expect.stringContaining("unknown user") });
    await status(bench.machine, bench.enrolment, never);
    expect(calls()).toHaveLength(1);
  });

  test("takes the machine's own password file before the site's", async () => {
    writeFileSync(bench.passwordFile, "wrong\n");
    writeFileSync(join(bench.dir, "own"), PASSWORD);
    const own = { ...bench.machine, bmc: { ...bench.machine.bmc, passwordFile: join(bench.dir, "own") } };
    expect(await bench.power().status(own, bench.enrolment, never)).toEqual({ ok: true, power: "off" });
  });

  test("without a password file is no process and no prompt", async () => {
    const { command, calls } = bench.recordingIpmitool("no-file");
    const reply = await bench
      .power({ command, passwordFile: join(bench.dir, "none") })
      .status(bench.machine, bench.enrolment, never);
    expect(reply).toMatchObject({ ok: false, code: "RTK_BMC_PASSWORD_FILE" });
    expect(calls()).toEqual([]);
  });

  test("never shows the password: not in argv, not in the reply, not in the log", async () => {
    const seen = join(bench.dir, "seen");
    const fake = `tr '\\0' ' ' < /proc/$$/cmdline > ${seen}; env > ${seen}.env; echo "weird $IPMITOOL_PASSWORD" >&2; exit 1`;
    const reply = await bench
      .power({ command: bench.fakeIpmitool("curious", fake) })
      .on(bench.machine, bench.enrolment, never);
    expect(reply).toMatchObject({ ok: false, why: expect.stringContaining("weird [redacted]") });
    expect(readFileSync(seen, "utf8")).not.toContain(PASSWORD);
    expect(readFileSync(seen, "utf8")).toContain(
      `-v -I lanplus -H ${bench.bmc.address} -p ${bench.bmc.port} -U retask -L OPERATOR -C 3 -N 1 -R 3 -E chassis power on`,
    );
    const names = readFileSync(`${seen}.env`, "utf8").match(/^\w+(?==)/gm) ?? [];
    const ofTheShell = ["PWD", "OLDPWD", "SHLVL", "_"];
    expect(names.filter((name) => !ofTheShell.includes(name)).sort()).toEqual(["IPMITOOL_PASSWORD", "LC_ALL", "PATH"]);
    expect(bench.log()).toContain("weird [redacted]");
    expect(bench.log()).not.toContain(PASSWORD);
  });

  test("whose password is a word of the answer still reads the answer", async () => {
    writeFileSync(bench.passwordFile, "off");
    const command = bench.fakeIpmitool("wordy", "echo Chassis Power is off");
    const reply = await bench.power({ command }).status(bench.machine, bench.enrolment, never);
    expect(reply).toEqual({ ok: true, power: "off" });
  });
});
