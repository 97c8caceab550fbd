/** Each alert has its runbook, and each runbook its alert. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[];
}

const rules = parse(readFileSync("deploy/prometheus/retask.rules.yml", "utf8")) as Rules;
const alerts = rules.groups.flatMap((group) => group.rules.map(({ alert }) => alert));

/** RetaskBelowFloor → below-floor.md */
const runbookOf = (alert: string): string =>
  `${alert
    .replace(/^Retask/, "")
    .replaceAll(/(?!^)[A-Z]/g, "-$&")
    .toLowerCase()}.md`;

test("each alert has its runbook, named after it, and there is no other", () => {
  expect(readdirSync("docs/runbooks").toSorted()).toEqual(alerts.map((alert) => runbookOf(alert)).toSorted());
});

test.each(alerts)("the runbook of %s names it and says what it means, what retask does and what to do", (alert) => {
  const text = readFileSync(`docs/runbooks/${runbookOf(alert)}`, "utf8");
  const [title] = text.split("\n");
  expect(title).toBe(`# ${alert}`);
  for (const part of ["**What it means.**", "**What retask is doing.**", "## What to do"]) expect(text).toContain(part);
});
