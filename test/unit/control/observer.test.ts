/** What is remembered between observations: of the images always the newest look, whichever ended last. */
import { setImmediate as later } from "node:timers/promises";
import { expect, test } from "vitest";
import { Observer } from "../../../src/control/observer.ts";
import { imageName } from "../../../src/core/domain/names.ts";
import { openMemoryStore } from "../../../src/store/memory-store.ts";
import type { ImageCatalogue, World } from "../../../src/world/ports.ts";

const signal = new AbortController().signal;
const meaning = (image: string): ImageCatalogue => ({
  channels: new Map([[imageName("web.production"), imageName(image)]]),
  images: new Map(),
  roots: new Map(),
});
const observer = () => new Observer({} as World, openMemoryStore(), () => {});

test("a look that began before a channel was moved does not bring the old meaning back", async () => {
  const seen = observer();
  const slow = async () => {
    await later();
    return { ok: true, value: meaning("web.old") } as const;
  };
  const early = seen.readImages({ catalogue: slow }, signal);
  await seen.readImages({ catalogue: async () => ({ ok: true, value: meaning("web.new") }) }, signal);
  expect(await early).toEqual({ ok: true, value: meaning("web.old") });
  expect(seen.catalogue).toEqual(meaning("web.new"));
});

test("a directory that can't be read does not look like one without images", async () => {
  const seen = observer();
  await seen.readImages({ catalogue: async () => ({ ok: true, value: meaning("web.old") }) }, signal);
  const read = await seen.readImages({ catalogue: async () => ({ ok: false, why: "EIO" }) }, signal);
  expect(read).toEqual({ ok: false, why: "EIO" });
  expect(seen.catalogue).toEqual(meaning("web.old"));
});
