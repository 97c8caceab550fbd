/**
 * The command line word for word: what each command prints, as text and as JSON, over the real API and a simulated farm whose
 * clock and seed never change. `npx vitest run --project component test/component/cli-transcripts.test.ts -u` writes them anew.
 */
import pLimit from "p-limit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { machineName } from "../../src/core/domain/names.ts";
import { cliFor, type Run, type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";

const HOUR_MS = 3_600_000;
/** Five in the morning, UTC, of the day that is simulated. */
const FIVE_MS = Date.UTC(2026, 10, 23, 5);

let daemon: SimulatedDaemon;
let retask: Run;

beforeAll(async () => {
  daemon = await startSimulatedDaemon();
  retask = await cliFor(daemon.site);
});
afterAll(() => daemon.stop());

/** The commands with their output, as somebody would paste them; only what differs from run to run is replaced. */
async function transcript(lines: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const parts: string[] = [];
  for (const line of lines) parts.push(await run(line, env));
  return parts.join("\n");
}

/** Where one command changes nothing for the next, two at once are sooner done. */
async function reading(lines: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const inTurn = pLimit(2);
  return (await Promise.all(lines.map((line) => inTurn(() => run(line, env))))).join("\n");
}

async function run(line: string, env: Readonly<Record<string, string>>): Promise<string> {
  const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));
  const { code, stdout, stderr } = await retask(words, env);
  const said = [stdout, stderr === "" ? "" : `[on standard error]\n${stderr}`].join("");
  const text = `$ retask ${line}\n${said}[exit code ${code}]\n`;
  // The site's files name the port and the directory, and its digest is of them.
  return text
    .replaceAll(daemon.site, "SITE")
    .replaceAll(daemon.url, "URL")
    .replaceAll(/(in force: |"inForceDigest": ")[0-9a-f]{12,64}/g, "$1DIGEST");
}

const golden = (name: string): string => `../fixtures/transcripts/${name}.txt`;

const LOOKING = ["status", "machines --state serving --role web", "plan", "rota", "explain web", "explain m07"];
const BACK = [
  "history --limit 8",
  "report --since 8h",
  "report --since 8h --split web=20 --split compile=4",
  "overrides",
];

test("a healthy farm on its first morning", async () => {
  await daemon.simulation.adopt();
  await daemon.simulation.runFor(6 * HOUR_MS, 5_000);
  await expect(await reading(LOOKING)).toMatchFileSnapshot(golden("looking"));
  await expect(await reading(BACK)).toMatchFileSnapshot(golden("looking-back"));
});

test("the same for programs", async () => {
  const json = [
    "status",
    "plan",
    "machines --state switching",
    "explain web",
    "history --limit 3",
    "report --since 8h",
  ];
  await expect(await reading(json.map((line) => `${line} --json`))).toMatchFileSnapshot(golden("json"));
});

test("on a terminal of 60 columns", async () => {
  const narrow = ["status", "machines --role web", "plan", "history --limit 4", "report --since 8h"];
  const text = await reading(narrow, { COLUMNS: "60", LINES: "20" });
  await expect(text).toMatchFileSnapshot(golden("narrow"));
});

test("an operator's orders", async () => {
  const orders = [
    'pin m01 --for 2d --reason "waiting for a new fan" --author alice',
    'pause --role compile --for 2h --reason "release build" --author alice',
    "overrides",
    "overrides --json",
    "resume --role compile --author alice",
    "unpin m01 --author alice --json",
    'force role web --count 20 --for 2h --reason "a sale" --preview',
    'pause --pool --for 1h --reason "new switch" --author alice',
    'pause --pool --for 1h --reason "new switch" --author alice --confirm pool',
    "resume --pool --author alice --confirm pool",
    "overrides",
  ];
  await expect(await transcript(orders)).toMatchFileSnapshot(golden("orders"));
});

test("what is refused, and what may have been meant", async () => {
  const mistaken = [
    "stauts",
    "status --jsno",
    "explain wep",
    'pin m77 --for 2h --reason "x"',
    'force role wep --count 3 --for 2h --reason "x"',
    "machines --rack r9",
    "report --split wep=3",
    "links m9",
    "unpin m01",
    "apply 0123456789abcdef --yes 1",
    "pause --for 2h --reason x",
  ];
  await expect(await reading(mistaken)).toMatchFileSnapshot(golden("refused"));
});

test("a farm in trouble", async () => {
  const { controller } = daemon.simulation;
  const name = machineName("m05");
  const record = controller.state.machines.get(name);
  if (record === undefined) throw new Error("m05 is gone");
  const quarantine = { why: "did not come back within 15 min", sinceMs: FIVE_MS, operation: null, expected: null };
  const machines = new Map(controller.state.machines).set(name, { ...record, quarantine });
  controller.state = { ...controller.state, machines };
  await daemon.simulation.turn();
  await expect(await reading(["status", "machines --state quarantined", "explain m05"])).toMatchFileSnapshot(
    golden("trouble"),
  );
});
