/** Which machines on an image would run something else, and from when on. */
import { expect, test } from "vitest";
import { changesOf, type MachineSeen } from "../../../src/cli/image/would-change.ts";

const NOW = { image: "web.1", writtenMs: 1_000, channelOf: () => ({ channel: "web.production", image: "web.1" }) };
const SEEN: MachineSeen = { name: "m01", placement: "web", running: "web.1", link: "web.1", bootedMs: 2_000 };

test("none, while link, files and channel say the same", () => {
  expect(changesOf([SEEN], NOW)).toEqual([]);
});

test.each([
  ["its link names another image", { ...SEEN, link: "web.2" }, NOW, "link"],
  ["the image was written since it booted", { ...SEEN, bootedMs: 999 }, NOW, "files"],
  [
    "its channel means another image",
    SEEN,
    { ...NOW, channelOf: () => ({ channel: "web.production", image: "web.2" }) },
    "channel",
  ],
])("one, when %s", (_, machine, now, because) => {
  expect(changesOf([machine], now)).toMatchObject([{ machine: "m01", because }]);
});

test("a machine whose boot time is not known is not accused, and a channel that means nothing changes nobody", () => {
  expect(changesOf([{ ...SEEN, bootedMs: null }], { ...NOW, writtenMs: 9_000 })).toEqual([]);
  expect(changesOf([SEEN], { ...NOW, channelOf: () => ({ channel: "web.production", image: null }) })).toEqual([]);
  expect(changesOf([SEEN], { ...NOW, channelOf: () => null })).toEqual([]);
});
