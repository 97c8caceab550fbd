/** The bench of re-tasks: its moments from retask's log and the wire, its figures, and the marks that it holds them to. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { figuresText, type Move, ownFigures, spreadOf } from "../../lab/bench/figures.ts";
import { complete, loggedMoments, type Moments, PHASES, WHOLE } from "../../lab/bench/moments.ts";
import { tftpSpan } from "../../lab/support/wire.ts";

const LOG = [
  { time: 900, machine: "m2", from: "warming", to: "done", msg: "operation: warming to done" },
  { time: 1_000, machine: "m2", from: "compile", to: "web", msg: "begin" },
  { time: 1_100, machine: "m3", from: "relinking", to: "poweringOff", msg: "operation: relinking to poweringOff" },
  { time: 1_200, machine: "m2", from: "preflight", to: "draining", msg: "operation: preflight to draining" },
  { time: 1_300, machine: "m2", effect: "trafficOff", msg: "effect succeeded" },
  { time: 1_400, machine: "m2", from: "draining", to: "relinking", msg: "operation: draining to relinking" },
  { time: 1_500, msg: "a line of nobody's" },
];
const lines = (log: readonly object[]): string => `not JSON\n${log.map((line) => JSON.stringify(line)).join("\n")}\n`;

test("the log tells a machine's moments since its order, and nobody else's", () => {
  expect(loggedMoments(lines(LOG), "m2", 950)).toEqual({ begun: 1_000, checked: 1_200, drained: 1_400 });
});

test("a re-task that was undone or quarantined is no measurement", () => {
  const undone = { time: 1_600, machine: "m2", msg: "operation: undoing to undone", why: "only 1 would be left" };
  expect(() => loggedMoments(lines([...LOG, undone]), "m2", 950)).toThrow("only 1 would be left");
});

test("a re-task of which nobody told every moment is none either", () => {
  const { moments } = move("web", 0, 0);
  expect(complete(moments)).toEqual(moments);
  expect(() => complete({ ...moments, asked: undefined, done: undefined })).toThrow("when it was asked, done");
});

test("each phase begins where the one before it ends, and together they are the whole", () => {
  expect(PHASES.slice(1).map(({ from }) => from)).toEqual(PHASES.slice(0, -1).map(({ to }) => to));
  expect([PHASES[0]?.from, PHASES.at(-1)?.to]).toEqual([WHOLE.from, WHOLE.to]);
});

test("the median lies in the middle, and p90 is what nine of ten don't exceed", () => {
  expect(spreadOf([4, 1, 3, 2])).toEqual({ minMs: 1, medianMs: 2.5, p90Ms: 4, maxMs: 4 });
  const tens = [30, 10, 20, 100, 90, 80, 70, 60, 50, 40];
  expect(spreadOf(tens)).toEqual({ minMs: 10, medianMs: 55, p90Ms: 90, maxMs: 100 });
  expect(spreadOf([7])).toEqual({ minMs: 7, medianMs: 7, p90Ms: 7, maxMs: 7 });
});

/** One second for each phase, but for what is given. */
function move(to: string, offSentMs: number, verifiedMs: number): Move {
  const given: Readonly<Record<string, number>> = { link: 0, "off sent": offSentMs, verified: verifiedMs };
  let atMs = 0;
  const moments: Record<string, number> = { begun: 0 };
  for (const phase of PHASES) {
    atMs += given[phase.name] ?? 1_000;
    moments[phase.to] = atMs;
  }
  return { machine: "m2", to, moments: moments as unknown as Moments };
}

test("the marks hold at the median, without the rest that the BMC is given", () => {
  const [off, verified] = ownFigures([move("web", 400, 1_500), move("compile", 9_000, 0), move("web", 400, 9_000)]);
  expect([off, verified]).toMatchObject([
    { medianMs: 300, ok: true },
    { medianMs: 1_500, ok: true },
  ]);
  const late = ownFigures([move("web", 401, 1_501)]);
  expect(late.map(({ ok }) => ok)).toEqual([false, false]);
});

test("the table has every phase, in seconds, of all re-tasks and by direction", () => {
  const text = figuresText([move("web", 250, 500), move("compile", 750, -40)]);
  expect(text.split("\n").slice(0, 2)).toEqual([
    "2 re-tasks: 1 to web, 1 to compile",
    "phase, s    min  median   p90   max  to web  to compile",
  ]);
  for (const { name } of [...PHASES, WHOLE]) expect(text).toMatch(new RegExp(`^${name}  `, "m"));
  expect(text).toMatch(/^off sent +0\.25 +0\.50 +0\.75 +0\.75 +0\.25 +0\.75$/m);
  expect(text, "retask heard it first").toMatch(/^verified +0\.00 +0\.25 +0\.50 +0\.50 +0\.50 +0\.00$/m);
  expect(text).toContain("0.40 s at the median, MORE THAN 0.30 s");
  expect(text).toContain("0.25 s at the median, within 1.50 s");
});

/** A frame as QEMU writes it down: UDP over IPv4, or anything else when there are no ports. */
function record(atS: number, ports: readonly [number, number] | null): Buffer {
  const frame = Buffer.alloc(60);
  frame.writeUInt16BE(0x0800, 12);
  frame[14] = 0x45;
  frame[23] = ports === null ? 6 : 17;
  frame.writeUInt16BE(ports?.[0] ?? 0, 34);
  frame.writeUInt16BE(ports?.[1] ?? 0, 36);
  const head = Buffer.alloc(16);
  head.writeUInt32LE(Math.floor(atS), 0);
  head.writeUInt32LE((atS % 1) * 1_000_000, 4);
  head.writeUInt32LE(frame.length, 8);
  return Buffer.concat([head, frame]);
}

test("the wire tells when the first file was asked for and the last one had come, in the clock of the file's time", () => {
  const folder = mkdtempSync(join(tmpdir(), "retask-bench-"));
  const file = join(folder, "boot-1.pcap");
  const dhcp = record(100, [68, 67]);
  const [asked, loaded, page] = [record(101, [1024, 69]), record(104.5, [69, 1024]), record(110, null)];
  const torn = record(111, [69, 1024]).subarray(0, 40);
  writeFileSync(file, Buffer.concat([Buffer.alloc(24), dhcp, asked, loaded, page, torn]));
  utimesSync(file, 110.75, 110.75);
  expect(tftpSpan(file)).toEqual({ firstMs: 101_750, lastMs: 105_250 });
  writeFileSync(file, Buffer.concat([Buffer.alloc(24), dhcp]));
  expect(tftpSpan(file)).toBeNull();
  rmSync(folder, { recursive: true });
});
