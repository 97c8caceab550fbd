/** Whose turn it is: serial for each BMC, an interval apart, power commands first, a limit over all. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { BmcQueue } from "../../../src/world/power/bmc-queue.ts";
import { retransmissionDeadlineMs } from "../../../src/world/power/retransmission.ts";

const clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
const never = new AbortController().signal;

/** Work that runs until it is told to end, and remembers the order in which it began. */
function stage() {
  const began: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => async () => {
    began.push(name);
    await new Promise<void>((resolve) => ends.set(name, resolve));
    return name;
  };
  const end = async (name: string) => {
    while (!ends.has(name)) await sleep(1);
    ends.get(name)?.();
  };
  const begins = async (count: number) => {
    while (began.length < count) await sleep(1);
  };
  return { began, work, end, begins };
}

test("calls for one BMC never overlap, and keep their order", async () => {
  const queue = new BmcQueue({ intervalMs: 0, maxProcesses: 8, clock });
  const { began, work, end, begins } = stage();
  const turns = ["a", "b", "c"].map((name) => queue.submit("bmc", "reading", never, work(name)));
  await begins(1);
  await sleep(20);
  expect(began).toEqual(["a"]);
  for (const name of ["a", "b", "c"]) await end(name);
  expect(await Promise.all(turns)).toEqual(["a", "b", "c"].map((value) => ({ started: true, value })));
});

test("a power command goes before readings that came earlier", async () => {
  const queue = new BmcQueue({ intervalMs: 0, maxProcesses: 8, clock });
  const { began, work, end, begins } = stage();
  const turns = [queue.submit("bmc", "reading", never, work("running"))];
  await begins(1);
  turns.push(queue.submit("bmc", "reading", never, work("reading")));
  turns.push(queue.submit("bmc", "command", never, work("off")));
  for (const name of ["running", "off", "reading"]) await end(name);
  await Promise.all(turns);
  expect(began).toEqual(["running", "off", "reading"]);
});

test("the interval lies between the end of one call and the start of the next", async () => {
  const queue = new BmcQueue({ intervalMs: 80, maxProcesses: 8, clock });
  const times: { begin: number; end: number }[] = [];
  const work = async () => {
    const begin = performance.now();
    await sleep(20);
    times.push({ begin, end: performance.now() });
  };
  await Promise.all([1, 2, 3].map(() => queue.submit("bmc", "command", never, work)));
  const gaps = times.slice(1).map(({ begin }, index) => begin - (times[index]?.end ?? 0));
  for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(80);
});

test("an aborted call leaves the queue at once and is never run", async () => {
  const queue = new BmcQueue({ intervalMs: 0, maxProcesses: 8, clock });
  const { began, work, end } = stage();
  const first = queue.submit("bmc", "reading", never, work("first"));
  const controller = new AbortController();
  const second = queue.submit("bmc", "reading", controller.signal, work("second"));
  const third = queue.submit("bmc", "reading", never, work("third"));
  controller.abort();
  expect(await second).toEqual({ started: false });
  await end("first");
  await end("third");
  await Promise.all([first, third]);
  expect(began).toEqual(["first", "third"]);
});

test("a call whose signal has already fired is not even queued", async () => {
  const queue = new BmcQueue({ intervalMs: 0, maxProcesses: 8, clock });
  const { began, work } = stage();
  expect(await queue.submit("bmc", "command", AbortSignal.abort(), work("late"))).toEqual({ started: false });
  expect(began).toEqual([]);
});

test("over all BMCs no more processes run than the limit, and readings leave places for power commands", async () => {
  const queue = new BmcQueue({ intervalMs: 0, maxProcesses: 4, clock });
  const { began, work, end, begins } = stage();
  const names = ["r1", "r2", "r3", "r4", "r5"];
  const turns = names.map((name) => queue.submit(name, "reading", never, work(name)));
  await begins(3);
  await sleep(20);
  expect(began).toEqual(["r1", "r2", "r3"]);
  // A hundred dead BMCs must not keep this one waiting, even where its own BMC has a reading in the line.
  turns.push(queue.submit("r5", "command", never, work("off")), queue.submit("r6", "command", never, work("off2")));
  await begins(4);
  await sleep(20);
  expect(began).toEqual(["r1", "r2", "r3", "off"]);
  for (const name of ["off", "off2", ...names]) await end(name);
  await Promise.all(turns);
  expect(began).toHaveLength(7);
});

test("with one process allowed, everything still gets its turn", async () => {
  const queue = new BmcQueue({ intervalMs: 0, maxProcesses: 1, clock });
  let running = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++running);
    await sleep(2);
    running--;
  };
  const kinds = ["reading", "command", "reading", "command"] as const;
  await Promise.all(kinds.map((kind, index) => queue.submit(`bmc${index % 2}`, kind, never, work)));
  expect(most).toBe(1);
});

test("a call that throws is a bug of its caller and blocks nobody", async () => {
  const queue = new BmcQueue({ intervalMs: 0, maxProcesses: 8, clock });
  const bug = queue.submit("bmc", "reading", never, async () => {
    throw new Error("bug");
  });
  await expect(bug).rejects.toThrow("bug");
  expect(await queue.submit("bmc", "reading", never, async () => 1)).toEqual({ started: true, value: 1 });
});

test.each([
  [{ N: 1, R: 3 }, 12_000],
  [{ N: 1, R: 1 }, 2_000],
  [{ N: 1, R: 4 }, 20_000],
  [{ N: 2, R: 0 }, 0],
])("with %j a command may be repeated for %i ms", (retries, ms) => {
  expect(retransmissionDeadlineMs(retries)).toBe(ms);
});
