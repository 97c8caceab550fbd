/** The Prometheus configuration and alert rules of deploy/, judged by Prometheus' own promtool. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";

const shipped = fileURLToPath(new URL("../../deploy/prometheus", import.meta.url));

interface Rules {
  groups: { name: string; rules: { alert: string; expr: string }[] }[];
}
const readRules = (): Rules => parse(readFileSync(join(shipped, "retask.rules.yml"), "utf8"));
const alerts = readRules().groups.flatMap((group) => group.rules.map((rule) => rule.alert));

/** What the daemon exports; a rule on any other name would never fire. */
const exported = [
  "retask_tick_last_success_timestamp_seconds",
  "retask_held",
  "retask_role_demand_known",
  "retask_role_healthy",
  "retask_role_floor",
  "retask_quarantined",
  "retask_unmanageable",
  "retask_unknown",
  "retask_override_expires_timestamp_seconds",
  "retask_rollout_stopped",
  "retask_storage_state",
  "retask_breaker_open",
  "retask_configuration_valid",
  "retask_configuration_pending",
  "retask_drift",
  "retask_notifications_failing",
];

function promtool(folder: string, ...args: string[]): { code: number | null; output: string } {
  const ran = spawnSync("promtool", args, { cwd: folder, encoding: "utf8" });
  if (ran.error !== undefined) throw ran.error;
  return { code: ran.status, output: `${ran.stdout}${ran.stderr}` };
}

test("the scrape configuration is valid, and finds the rules", () => {
  const { code, output } = promtool(shipped, "check", "config", "prometheus.yml");
  expect(output).toContain(`${alerts.length} rules found`);
  expect(code).toBe(0);
});

test("the rules pass their tests", () => {
  expect(promtool(shipped, "test", "rules", "retask.rules.test.yml")).toMatchObject({ code: 0 });
});

test("the rules ask only for metrics that the daemon exports, and for each of them", () => {
  const text = readRules().groups.flatMap((group) => group.rules.map((rule) => rule.expr));
  const asked = new Set(text.join("\n").match(/\bretask_\w+/g));
  expect([...asked].sort()).toEqual([...exported].sort());
});

describe("the tests notice when an alert can no longer fire", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "retask-rules-"));
    copyFileSync(join(shipped, "retask.rules.test.yml"), join(folder, "retask.rules.test.yml"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test.each(alerts)("%s", (alert) => {
    const rules = readRules();
    for (const rule of rules.groups.flatMap((group) => group.rules)) {
      if (rule.alert === alert) rule.expr = `(${rule.expr}) unless on () vector(1)`;
    }
    const { code, output } = testAgainst(rules);
    expect(output).toContain("FAILED");
    expect(code).not.toBe(0);
  });

  test("and pass where only the file's layout changed", () => {
    expect(testAgainst(readRules())).toMatchObject({ code: 0 });
  });

  function testAgainst(rules: Rules): ReturnType<typeof promtool> {
    writeFileSync(join(folder, "retask.rules.yml"), stringify(rules));
    return promtool(folder, "test", "rules", "retask.rules.test.yml");
  }
});
