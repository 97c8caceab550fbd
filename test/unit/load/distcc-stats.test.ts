/** distccd's statistics, from real answers and from broken ones. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseDistccStats } from "../../../src/world/load/distcc-stats.ts";

const sample = (name: string): string =>
  readFileSync(new URL(`../../fixtures/distccd/distccd_stats_${name}.txt`, import.meta.url), "latin1");
const busy = sample("busy");

test.for([
  ["idle", 0],
  ["busy", 2],
  ["overcommit", 2],
] as const)("a real answer, %s, has %i jobs in flight", ([name, inFlight]) => {
  expect(parseDistccStats(sample(name))).toEqual({ ok: true, value: { inFlight, queue: null, slots: 2 } });
});

test("every outcome counter is taken off what was accepted", () => {
  const outcomes = ["rej_bad_req", "rej_overload", "compile_error", "compile_timeout", "cli_disconnect", "other"];
  for (const outcome of outcomes) {
    const answer = busy.replace(`dcc_${outcome} 0`, `dcc_${outcome} 1`);
    expect(parseDistccStats(answer)).toMatchObject({ ok: true, value: { inFlight: 1 } });
  }
});

describe("a broken answer", () => {
  test.for([
    ["nothing", "", "no <distccstats>"],
    ["no end", busy.replace("</distccstats>", ""), "no <distccstats>"],
    ["no start", busy.replace("<distccstats>", ""), "no <distccstats>"],
    ["CR-LF", busy.replaceAll("\n", "\r\n"), "no <distccstats>"],
    ["a field that is missing", busy.replace(/dcc_other.*\n/, ""), "dcc_other is missing"],
    ["a field that is twice there", busy.replace("dcc_other 0\n", "dcc_other 0\ndcc_other 1\n"), "appears 2 times"],
    ["a word for a number", busy.replace("dcc_compile_ok 4", "dcc_compile_ok four"), "dcc_compile_ok is not a number"],
    ["a negative counter", busy.replace("dcc_compile_ok 4", "dcc_compile_ok -4"), "dcc_compile_ok is not a number"],
    ["a fraction", busy.replace("dcc_max_kids 2", "dcc_max_kids 2.5"), "dcc_max_kids is not a number"],
    ["NaN", busy.replace("dcc_max_kids 2", "dcc_max_kids NaN"), "dcc_max_kids is not a number"],
    ["a huge number", busy.replace("dcc_tcp_accept 6", `dcc_tcp_accept ${"9".repeat(30)}`), "is not a number"],
    ["more ended than accepted", busy.replace("dcc_compile_ok 4", "dcc_compile_ok 7"), "1 more jobs ended"],
    ["no slots", busy.replace("dcc_max_kids 2", "dcc_max_kids 0"), "dcc_max_kids is 0"],
  ] as const)("with %s is refused", ([, answer, why]) => {
    expect(parseDistccStats(answer)).toEqual({ ok: false, why: expect.stringContaining(why) });
  });
});
