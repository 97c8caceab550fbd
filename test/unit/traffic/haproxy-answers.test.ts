/** HAProxy's answers: real ones are understood, everything else is refused rather than guessed at. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseBackend, parseServersState } from "../../../src/world/traffic/haproxy-answers.ts";

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/haproxy/${name}`, import.meta.url), "latin1");
const real = fixture("servers-state-and-stat-2.6.txt");

describe("a real answer of HAProxy 2.6", () => {
  test("tells serving, drained, drained while down, in maintenance and weightless servers apart", () => {
    const parsed = parseBackend(real, "web");
    expect(parsed).toEqual({
      ok: true,
      value: new Map([
        ["m01", { off: false, up: true, sessions: 14 }],
        ["m02", { off: true, up: true, sessions: 3 }],
        ["m03", { off: true, up: false, sessions: 0 }],
        ["m04", { off: true, up: false, sessions: 0 }],
        ["m05", { off: true, up: true, sessions: 0 }],
        ["m06", { off: false, up: false, sessions: 0 }],
      ]),
    });
  });

  test("is refused when it is cut off anywhere", () => {
    for (let length = 0; length < real.length; length += 7)
      expect(parseBackend(real.slice(0, length), "web").ok, `cut at ${length}`).toBe(false);
  });

  test("is refused when it speaks of another backend", () => {
    expect(parseBackend(real, "www")).toMatchObject({ ok: false, code: "RTK_HAPROXY_GARBLED" });
  });

  test("is refused when one server appears twice", () => {
    const line = real.split("\n").find((row) => row.startsWith("web,m01,")) ?? "";
    expect(parseBackend(real.replace(line, `${line}\n${line}`), "web").ok).toBe(false);
  });

  test("is read by column names, whatever their order", () => {
    const state = "1\n# srv_name be_name srv_uweight srv_admin_state srv_addr srv_op_state\nm01 web 1 8 10.0.3.17 0";
    expect(parseServersState(state, "web")).toEqual([
      { name: "m01", off: true, weightless: false, up: false, address: "10.0.3.17" },
    ]);
  });
});

test("a missing backend has a code of its own", () => {
  const parsed = parseBackend("Can't find backend.\n\nNo such proxy.\n\n", "nope");
  expect(parsed).toEqual({ ok: false, code: "RTK_HAPROXY_NO_BACKEND", why: "it has no backend nope" });
});

test.each([
  "",
  "\n\n",
  "Permission denied\n\nPermission denied\n\n",
  "Unknown command\n\n\n\n",
  "1\n# a b\n\n# c,d\n\n\n\n",
])("the answer %j is garbled", (text) => {
  expect(parseBackend(text, "web")).toMatchObject({ ok: false, code: "RTK_HAPROXY_GARBLED" });
});
