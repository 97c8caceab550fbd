/** What goes over the wire: one notification as plain JSON, and conditions as Alertmanager takes them. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { alertsOf } from "../../../src/control/notifications/alertmanager-form.ts";
import { jsonBody } from "../../../src/control/notifications/json-form.ts";
import type { Notification } from "../../../src/core/notify/follow-conditions.ts";
import { retryAfterMs } from "../../../src/world/notify/retry-after.ts";

const NOW_MS = Date.UTC(2026, 10, 23, 3);
const sender = { from: "ctl-1", url: "http://127.0.0.1:9420", dryRun: false };
const told: Notification = {
  key: "quarantine:m07:1",
  kind: "quarantine",
  subject: "m07",
  severity: "warning",
  summary: "m07 is in quarantine: no beacon came",
  next: "look at it",
  sinceMs: NOW_MS - 60_000,
  toldMs: NOW_MS,
  times: 1,
  goneMs: 0,
  id: "quarantine:m07:1@1:begun",
  status: "begun",
  atMs: NOW_MS,
};

test("the how-to page shows each field of the plain JSON, and no other", () => {
  const page = readFileSync("docs/how-to/notifications.md", "utf8");
  const shown = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? "");
  expect(Object.keys(shown)).toEqual(Object.keys(jsonBody(told, sender)));
});

test("plain JSON has one line for people", () => {
  expect(jsonBody(told, sender)).toEqual({
    version: 1,
    id: "quarantine:m07:1@1:begun",
    kind: "quarantine",
    status: "begun",
    severity: "warning",
    subject: "m07",
    summary: "m07 is in quarantine: no beacon came",
    next: "look at it",
    sinceMs: NOW_MS - 60_000,
    atMs: NOW_MS,
    from: "ctl-1",
    dryRun: false,
    text: "retask on ctl-1: m07 is in quarantine: no beacon came (look at it)",
  });
});

test("a dry run's messages say so, and one that is over gives no more advice", () => {
  const over = jsonBody({ ...told, status: "over" }, { ...sender, dryRun: true });
  expect(over).toMatchObject({
    dryRun: true,
    text: expect.stringMatching(/^retask on ctl-1, dry run: over: .* came$/),
  });
});

const alerts = (parts: { told?: readonly Notification[]; over?: readonly Notification[] }, kinds = ["quarantine"]) =>
  alertsOf(
    {
      told: new Map((parts.told ?? []).map((one) => [one.key, one])),
      over: (parts.over ?? []).map((one) => ({ ...one, overMs: NOW_MS - 1_000 })),
    },
    new Set(kinds),
    sender,
    NOW_MS,
  );

test("while it lasts an alert ends five minutes ahead, once it is over at its true end", () => {
  expect(alerts({ told: [told] })).toMatchObject([
    {
      labels: { alertname: "RetaskQuarantine", subject: "m07", controller: "ctl-1", condition: "quarantine:m07:1" },
      startsAt: new Date(NOW_MS - 60_000).toISOString(),
      endsAt: new Date(NOW_MS + 300_000).toISOString(),
    },
  ]);
  expect(alerts({ over: [told] })).toMatchObject([{ endsAt: new Date(NOW_MS - 1_000).toISOString() }]);
});

test("one that was over and began anew lasts, and is sent once", () => {
  expect(alerts({ told: [told], over: [told] })).toHaveLength(1);
  expect(alerts({ told: [told], over: [told] })[0]?.endsAt).toBe(new Date(NOW_MS + 300_000).toISOString());
});

test("a clock that was set back makes no alert that ends before it began", () => {
  const [alert] = alerts({ told: [{ ...told, sinceMs: NOW_MS + 86_400_000 }] });
  expect(Date.parse(alert?.startsAt ?? "")).toBeLessThanOrEqual(Date.parse(alert?.endsAt ?? ""));
});

test("an Alertmanager is told of its own kinds alone", () => {
  expect(alerts({ told: [told] }, ["hold"])).toEqual([]);
});

test.each([
  ["120", 120_000],
  ["0", 0],
  ["86400", 3_600_000],
  ["Mon, 23 Nov 2026 03:00:30 GMT", 30_000],
  ["Mon, 23 Nov 2026 02:00:00 GMT", 0],
  ["soon", null],
  [undefined, null],
])("Retry-After: %s", (header, expected) => {
  expect(retryAfterMs(header, NOW_MS)).toBe(expected);
});
