/** `retask status`, word for word. */
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { safeDeep } from "../../../src/cli/text/safe-text.ts";
import { statusText } from "../../../src/cli/text/status-text.ts";
import { AT_MS, COLOURS, LOOK, MISCHIEF, operation, status, troubled } from "./answers-fixture.ts";

test("a healthy pool is one word and two tables", () => {
  expect(statusText(status(), LOOK)).toMatchInlineSnapshot(`
    "healthy
    mode auto
    24 machines: 22 serving, 1 late, 1 switching
    tick of 2026-11-23 14:00:00, 85 ms; plan 1f2e3d4c5b6a7988

    role     state    wanted  desired      serving  floor  coming  going  demand
    compile  steady     rest       13           12      2       0      1  unknown (it takes the rest, so nothing is measured)
    web      pressed      12       11  10 + 1 late      4       1      0  531
    spare                           0            0"
  `);
});

test("everything that is wrong is shown, each with its reason", () => {
  expect(statusText(troubled, LOOK)).toMatchInlineSnapshot(`
    "holding because paused: switch maintenance (alice)
      and because web: 3 healthy machines, the floor is 4
    mode advise (nothing is adopted yet: retask adopt), dry run
    24 machines: 22 serving, 1 late, 1 switching
    tick of 2026-11-23 14:00:00, 85 ms; plan 1f2e3d4c5b6a7988

    role     state    wanted  desired      serving  floor  coming  going  demand
    compile  steady     rest       13           12      2       0      1  unknown (it takes the rest, so nothing is measured)
    web      pressed      12       11  10 + 1 late      4       1      0  531
    spare                           0            0

    operations
      machine  way             phase     for   total  waits for
      m07      compile to web  draining  95 s  5 min  3 sessions to end

    quarantined
      m09  since 2026-11-23 13:00:00: did not come back within 15 min

    unmanageable
      m01  RTK_BMC_AUTH: wrong password
      m02  RTK_BMC_AUTH: wrong password
      m03  RTK_BMC_AUTH: wrong password
      m04  RTK_BMC_AUTH: wrong password
      and 1 more; all of them with --json

    drift
      m11  would boot web.2026-10, but web.2026-11 is recorded

    overrides
      pause of the whole pool, by alice, until 2026-11-23 15:59:00 (in 119 min): switch maintenance
      force of web to 1 machine, below the floor if need be, by alice, until 2026-11-23 15:59:00 (in 119 min): switch maintenance

    not done
      for  not done         because
      web  2 more machines  2 in operation, at most 2 at once
      m05  go to web        it serves for 10 min only (not before 2026-11-23 14:20:00)

    configuration
      in force: 1f2e3d4c5b6a, accepted 2026-11-22 14:00:00, stored; the files are not in force
      rejected:
        policies/web.yaml:4:15  demand.perMachine: expected a number above 0
      waits for: retask accept aaaabbbbcccc
        because the floor of web falls from 4 to 1
      at the next start only: listen"
  `);
});

test("before the first tick there is only that", () => {
  expect(statusText({ health: "starting", reasons: ["no tick has ended yet"] }, LOOK)).toBe(
    "starting because no tick has ended yet",
  );
});

describe("on a terminal", () => {
  test("colours add nothing to the words", () => {
    const coloured = statusText(troubled, COLOURS);
    expect(coloured).toContain("\u001b[33mholding\u001b[39m");
    expect(stripVTControlCharacters(coloured)).toBe(statusText(troubled, LOOK));
  });

  test("no line is longer than the terminal is wide, and all of it fits one screen", () => {
    const lines = statusText(troubled, { ...LOOK, columns: 100 }).split("\n");
    const tables = lines.filter((line) => /^ {0,2}(m07|web|m05) /.test(line));
    expect(tables.length).toBeGreaterThan(3);
    expect(tables.filter((line) => line.length > 100)).toEqual([]);
    expect(lines.length).toBeLessThan(50);
  });

  test("a hundred operations do not push the first line off the screen", () => {
    const many = Array.from({ length: 100 }, (_, index) => operation({ machine: `m${index}` }));
    const text = statusText(status({ operations: many }), LOOK);
    expect(text.split("\n").length).toBeLessThan(24);
    expect(text).toContain("and 92 more; all of them with --json");
  });
});

test("what others wrote reaches the terminal escaped, wherever it stands", () => {
  const evil = {
    reasons: [MISCHIEF],
    health: "degraded",
    operations: [operation({ waitsFor: MISCHIEF, why: MISCHIEF })],
    quarantined: [{ machine: "m09", why: MISCHIEF, sinceMs: AT_MS }],
    unmanageable: [{ machine: "m01", why: MISCHIEF }],
    drift: [{ machine: "m11", what: MISCHIEF }],
    notDone: [{ subject: "web", what: MISCHIEF, why: MISCHIEF, notBeforeMs: null }],
  };
  const text = statusText(safeDeep(status(evil)), LOOK);
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(text.split("\n")[0]).toBe("degraded because \\x1b[31mhealthy\\x1b[0m\\r\\nm99 \\u{202e}fine\\x07");
  expect(text.split("\n").filter((line) => line.startsWith("m99"))).toEqual([]);
});
