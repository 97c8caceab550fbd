/**
 * Every `retask …` of README and docs/ is run, page by page, over the real API and a simulated farm, and must end well. What
 * only a real site can answer is left out by name; test/unit/docs/commands.test.ts holds that too against the program's parser.
 */
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Command, CommanderError } from "commander";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { CommandFailed } from "../../src/cli/command-failed.ts";
import { makeImageRoot } from "../../src/cli/demo/image-root.ts";
import { buildProgram } from "../../src/cli/program.ts";
import { machineName } from "../../src/core/domain/names.ts";
import { commandsOf, pages, retaskWords } from "../unit/docs/support/documented-commands.ts";
import { RUN_ELSEWHERE } from "../unit/docs/support/listed-commands.ts";
import { type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";
import { tellStorage } from "./support/storage-told.ts";

const HOUR_MS = 3_600_000;

/** How a command begins that is not run here, why, and the test that does run its like. */
const NOT_HERE: readonly (readonly [begins: string, why: string, test: string])[] = [
  ["doctor", "asks BMCs, Prometheus and HAProxy", "component/doctor.test.ts"],
  ["serve", "is a daemon", "component/main-job-dry.test.ts"],
  ["adopt", "the farm is adopted already", "component/cli-adopt.test.ts"],
  ["notify", "needs a receiver", "component/cli-notify.test.ts"],
  ["machines --watch", "goes on for ever", "component/cli-machines.test.ts"],
  ["rollout status web --watch", "goes on until the roll-out ends", "component/cli-rollout.test.ts"],
  ["simulate --from-prometheus", "needs Prometheus", "component/prometheus-history.test.ts"],
  ["calibrate --from-prometheus", "needs Prometheus", "component/prometheus-history.test.ts"],
  ["apply", "names a plan of its own day", "component/cli-apply.test.ts"],
  ["accept", "names a configuration of its own day", "component/cli.test.ts"],
  ["replace", "needs a dead machine and a spare that is off", "component/cli-replace.test.ts"],
  ["fleet add m31", "asks a BMC", "component/fleet.test.ts"],
  ["fleet import /etc/dhcp/dhcpd.conf", "reads a file of its own site", "component/fleet-import.test.ts"],
  ["fleet remove", "waits until a machine is off", "component/fleet.test.ts"],
  ["evaluate", "waits for another program's messages", "unit/cli/evaluate.test.ts"],
];

/** These change nothing, so that each is run once. */
const LOOKS =
  /^(?:status|machines|plan|rota|explain|overrides|history|report|links|check|dhcp diff|fleet list|fleet add --print|schema|reference|completion|simulate|calibrate|token list|rollout status|storage status)\b/;

let daemon: SimulatedDaemon;
let files: string;

beforeAll(async () => {
  daemon = await startSimulatedDaemon();
  await daemon.simulation.adopt();
  await daemon.simulation.runFor(HOUR_MS, 10_000);
  files = await mkdtemp(join(tmpdir(), "retask-docs-"));
  await writeFile(join(files, "demand.csv"), demand());
  await writeFile(join(files, "machines.csv"), "name,ip,mac,bmc\nm40,10.0.3.140,00:11:22:33:55:40,10.0.9.140\n");
  await cp(daemon.site, join(files, "changed"), { recursive: true });
  await makeImageRoot(join(files, "root"));
});
afterAll(async () => {
  await rm(files, { recursive: true, force: true });
  await daemon.stop();
});

/** A day, a sample every ten minutes, of what `retask simulate` and `retask calibrate` read. */
function demand(): string {
  const rows = Array.from({ length: 150 }, (_, index) => {
    const time = new Date(Date.UTC(2026, 10, 21) + index * 600_000).toISOString();
    const web = Math.round(300 - 200 * Math.cos((index / 144) * 2 * Math.PI));
    return `${time},${web},8,${web / 8 > 55 ? web : 60}`;
  });
  return ["time,web,web.machines,web.signal", ...rows, ""].join("\n");
}

/** The words without what is the reader's own: the site's directory, and where files are read and written. */
function here(words: readonly string[]): string[] {
  const rest = words.filter((word, index) => word !== "--site" && words[index - 1] !== "--site");
  return rest.map((word) => {
    if (word === "/etc/retask") return daemon.site;
    return /\.(?:csv|html)$|^\.\/(?:changed|root)$/.test(word) ? join(files, word) : word;
  });
}

/** Without the options that may stand before the command. */
function lineOf(words: readonly string[]): string {
  const bare = words.filter((word, index) => !["--site", "--json"].includes(word) && words[index - 1] !== "--site");
  return `${bare.join(" ")} `;
}

const isElsewhere = (words: readonly string[]): boolean =>
  NOT_HERE.some(([begins]) => lineOf(words).startsWith(`${begins} `));

const documented = pages
  .filter((page) => !RUN_ELSEWHERE.has(page))
  .flatMap((page) => commandsOf(page))
  .flatMap(({ page, line }) => {
    const words = retaskWords(line);
    return words === null ? [] : [{ page, line, words }];
  });

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];

interface Ended {
  readonly code: number;
  readonly said: string;
}

/** In this process: a new one for each of so many commands would cost a minute. The transcripts run the program itself. */
async function retask(words: readonly string[]): Promise<Ended> {
  const said: string[] = [];
  const hear = (text: string | Uint8Array): boolean => said.push(String(text)) > 0;
  const heard = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write").mockImplementation(hear));
  const program = buildProgram();
  for (const command of all(program)) command.exitOverride();
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await program.parseAsync(["--site", daemon.site, ...words], { from: "user" });
    return { code: Number(process.exitCode), said: said.join("") };
  } catch (error) {
    if (error instanceof CommandFailed || error instanceof CommanderError) return { code: 1, said: error.message };
    throw error;
  } finally {
    process.exitCode = before;
    for (const spy of heard) spy.mockRestore();
  }
}

/** No reader types as fast as this: who is told to try again in some seconds does. */
async function patiently(words: readonly string[]): Promise<Ended> {
  for (;;) {
    const ended = await retask(words);
    const [, seconds] = /try again in (\d+) s \(RTK_TOO_MANY\)/.exec(ended.said) ?? [];
    if (seconds === undefined) return ended;
    await sleep(Number(seconds) * 1_000);
  }
}

/** Asked for a name or a number, the reader types it. */
async function typed(words: readonly string[]): Promise<Ended> {
  const ended = await patiently(words);
  const [, option, name] = /say (--confirm|--yes) (\S+)/.exec(ended.said) ?? [];
  return option === undefined || name === undefined ? ended : patiently([...words, option, name]);
}

/** Nothing: it ended well. A plan with something to do ends with 2, and a difference too. */
async function trouble({ page, line, words }: (typeof documented)[number]): Promise<string[]> {
  const { code, said } = await typed(here(words));
  return code === 0 || (code === 2 && words.some((word) => word === "plan" || word === "diff"))
    ? []
    : [`${page}: ${line}: ${code} ${said}`];
}

/** What the page's reader has before them: a machine in quarantine, a file server that died, three links that are gone. */
async function prepare(words: readonly string[]): Promise<void> {
  if (words[0] === "unquarantine") await quarantine("m07");
  if (words.includes("fail-over")) await tellStorage(daemon.simulation.controller, "nfs-a", "dead");
  if (words.includes("fail-back")) await tellStorage(daemon.simulation.controller, "nfs-a", "recovered");
  if (words[0] === "reboot" || (words[0] === "rollout" && words[1] === "start")) await clearTheWay();
  if (words[0] === "image" && words[1] === "mirror") await daemon.addImage("web.production-1", "web.2026-11");
  if (words[0] === "image" && words[1] === "clone") await removeImage("web.2026-11");
  if (words.includes("--all")) {
    for (const name of ["0A00030B", "0A00030C", "0A00030D"]) await rm(join(daemon.links, name), { force: true });
  }
}

async function removeImage(name: string): Promise<void> {
  await rm(join(daemon.links, name), { force: true });
  await rm(join(daemon.site, "..", "images", name), { recursive: true, force: true });
}

/** The image that the reader has made meanwhile, and no roll-out under way. */
async function clearTheWay(): Promise<void> {
  await daemon.addImage("web.production-1", "web.2026-11");
  const { controller } = daemon.simulation;
  controller.state = { ...controller.state, rollouts: [] };
  await daemon.simulation.runFor(20_000, 10_000);
}

async function quarantine(name: string): Promise<void> {
  const { controller } = daemon.simulation;
  const record = controller.state.machines.get(machineName(name));
  if (record === undefined) throw new Error(`${name} is gone`);
  const why = { why: "did not come back within 15 min", sinceMs: 0, operation: null, expected: null };
  const machines = new Map(controller.state.machines).set(machineName(name), { ...record, quarantine: why });
  controller.state = { ...controller.state, machines };
}

test("the documented commands are found", () => {
  expect(documented.length).toBeGreaterThan(100);
  expect(documented.map(({ page }) => page)).toContain("docs/tutorial.md");
});

function isLook({ words }: (typeof documented)[number]): boolean {
  return LOOKS.test(here(words).join(" ")) && !words.includes("--repair");
}

const isRun = ({ words }: (typeof documented)[number]): boolean => !isElsewhere(words);

test("what is left out is documented, and has a test elsewhere", () => {
  const needed = ([begins]: (typeof NOT_HERE)[number]): boolean =>
    documented.some(({ words }) => lineOf(words).startsWith(`${begins} `));
  expect(NOT_HERE.filter((one) => !needed(one))).toEqual([]);
  expect(NOT_HERE.filter(([, , file]) => !existsSync(join("test", file)))).toEqual([]);
});

test("what only looks ends well", async () => {
  const looks = new Map(
    documented.filter((one) => isRun(one) && isLook(one)).map((one) => [here(one.words).join(" "), one]),
  );
  expect(looks.size).toBeGreaterThan(20);
  const wrong: string[] = [];
  for (const one of looks.values()) wrong.push(...(await trouble(one)));
  expect(wrong).toEqual([]);
});

test("what changes something ends well, in the order of its page", async () => {
  const changes = documented.filter((one) => isRun(one) && !isLook(one));
  expect(changes.length).toBeGreaterThan(20);
  const wrong: string[] = [];
  for (const one of changes) {
    await prepare(one.words);
    wrong.push(...(await trouble(one)));
    await daemon.simulation.turn();
  }
  expect(wrong).toEqual([]);
});
