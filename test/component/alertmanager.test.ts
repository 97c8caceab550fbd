/** Conditions told to a real Alertmanager: it shows them, sends them on, resolves them, and hears of them again after it died. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { receiversOf } from "../../src/control/notifications/receiver.ts";
import { sendTest } from "../../src/control/notifications/send-test.ts";
import { openMemoryStore } from "../../src/store/memory-store.ts";
import { type Alertmanager, startAlertmanager } from "./support/alertmanager.ts";
import { temporaryDirectory, waitFor } from "./support/ports.ts";
import { startReceiver, type TestReceiver } from "./support/receiver.ts";
import { notifyOf, startToldFarm, type ToldFarm } from "./support/told-farm.ts";

const LONG_MS = 30_000;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let team: TestReceiver;
let alertmanager: Alertmanager;
let farm: ToldFarm | null = null;

beforeEach(async () => {
  directory = await temporaryDirectory();
  team = await startReceiver();
  alertmanager = await startAlertmanager(directory.path, team.url);
});
afterEach(async () => {
  await farm?.stop();
  farm = null;
  await alertmanager.process.stop();
  await team.stop();
  await directory.remove();
});

const toldOf = () => notifyOf({ url: alertmanager.url, form: "alertmanager", on: ["quarantine"] });
const subjects = async (): Promise<string[]> =>
  (await alertmanager.active()).map(({ labels }) => labels.subject ?? "").sort();
const shows = (...expected: readonly string[]) =>
  waitFor(async () => (await subjects()).join() === expected.join(), LONG_MS, `alerts of ${expected.join()}`);
/** What Alertmanager told the team: `firing m07`. */
const toldTeam = (): string[] =>
  team.requests.flatMap(({ body }) =>
    (body.alerts as { status: string; labels: Record<string, string> }[]).map(
      ({ status, labels }) => `${status} ${labels.subject}`,
    ),
  );

test("an alert is there with its labels, is sent on, and resolves when the machine is back", async () => {
  farm = await startToldFarm(openMemoryStore(), toldOf(), { time: "true" });
  await farm.quarantine("m07", "m08");
  await shows("m07", "m08");
  const alert = (await alertmanager.active()).find(({ labels }) => labels.subject === "m07");
  expect(alert?.labels).toEqual({
    alertname: "RetaskQuarantine",
    kind: "quarantine",
    subject: "m07",
    severity: "warning",
    condition: "quarantine:m07:1",
    controller: "ctl-1",
  });
  expect(alert?.annotations).toMatchObject({ summary: "m07 is in quarantine: no beacon came" });
  expect(alert?.generatorURL).toBe("http://127.0.0.1:9420");

  await farm.quarantine("m08");
  await shows("m08");
  await waitFor(() => toldTeam().includes("resolved m07"), LONG_MS, "m07 to be resolved");
  expect(toldTeam().filter((line) => line.endsWith("m07"))).toEqual(["firing m07", "resolved m07"]);
}, 90_000);

test("an Alertmanager that died and lost all it knew is told again how things stand", async () => {
  farm = await startToldFarm(openMemoryStore(), toldOf(), { time: "true" });
  await farm.quarantine("m07");
  await shows("m07");
  const port = Number(new URL(alertmanager.url).port);
  await alertmanager.process.stop();
  const { notifier } = farm;
  await waitFor(() => notifier.reasons()[0]?.includes("connection refused"), LONG_MS, "a failure");
  alertmanager = await startAlertmanager(directory.path, team.url, port);
  await shows("m07");
  await waitFor(() => notifier.reasons().length === 0, LONG_MS, "the trouble to be over");
}, 120_000);

test("a test message is an alert that ends by itself", async () => {
  const sender = { from: "ctl-1", url: "http://127.0.0.1:9420", dryRun: false };
  const answers = await sendTest(receiversOf(toldOf()), sender, Date.now());
  expect(answers).toMatchObject([{ form: "alertmanager", posted: { kind: "taken", status: 200 } }]);
  const [alert] = await waitFor(
    async () => ((await alertmanager.active()).length === 1 ? alertmanager.active() : null),
    LONG_MS,
    "the test's alert",
  );
  expect(alert?.labels).toMatchObject({ alertname: "RetaskTest" });
  expect(Date.parse(alert?.endsAt ?? "") - Date.now()).toBeLessThanOrEqual(60_000);
});

test("what changes while a slow one is being told is told right after, not a minute later", async () => {
  team.behave((response) => void setTimeout(() => response.writeHead(200).end(), 300), "take");
  const slow = notifyOf({ url: team.url, form: "alertmanager", on: ["quarantine"] });
  farm = await startToldFarm(openMemoryStore(), slow, { time: "true", resendMs: 60_000 });
  await farm.quarantine("m07");
  await waitFor(() => team.requests.length === 1, LONG_MS, "the first message");
  await farm.quarantine("m07", "m08");
  const second = await waitFor(() => team.requests[1], LONG_MS, "the second message");
  expect(second.body).toHaveLength(2);
});
