/** Entries that would void a whole hosts file are recognised before they are written. */
import { expect, test } from "vitest";
import { flawOf, renderEntry } from "../../../src/world/traffic/distcc-entry.ts";
import { someMachine } from "./some-machine.ts";

test.each([
  ["10.0.3.17:3632/0", "its limit is 0"],
  ["10.0.3.17:99999/2", "99999 is no port"],
  ["10.0.3.17:/2", "it is not of the form host:port/limit,options"],
  ["10.0.3.17/-4", "it is not of the form host:port/limit,options"],
  ["10.0.3.17/4,lzo,bogus", "distcc knows no option bogus"],
  ["--randomize", "it is not of the form host:port/limit,options"],
  ["10.0.3.17#x", "it is not of the form host:port/limit,options"],
])("the entry %s is refused", (entry, why) => {
  expect(flawOf(entry)).toBe(why);
});

test.each(["10.0.3.17", "10.0.3.17:3632/12,lzo", "m01/4,lzo,cpp", "[::1]:3632/3", "@m01:/usr/bin/distccd/4"])(
  "the entry %s is sound",
  (entry) => {
    expect(flawOf(entry)).toBe(null);
  },
);

test("an entry is rendered from address and name", () => {
  const machine = someMachine("m01", "10.0.3.17");
  expect(renderEntry("{ip}:3632/12,lzo", machine)).toBe("10.0.3.17:3632/12,lzo");
  expect(renderEntry("@{machine}/4", machine)).toBe("@m01/4");
});
