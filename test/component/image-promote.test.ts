/** Promoting and rolling back over the API, with channels on a real disk and boot files from a real tftpd. */
import {
  chmodSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { reconcile } from "../../src/control/reconcile.ts";
import { imageName } from "../../src/core/domain/names.ts";
import type { Store } from "../../src/store/store.ts";
import { bootLinkName } from "../../src/world/boot-links/names.ts";
import { createBootServer } from "../../src/world/boot-server/boot-server.ts";
import type { BootServer } from "../../src/world/ports.ts";
import { type Bench, BY, startBench } from "../unit/http/support/bench.ts";
import { type BootPlace, COMPILE, createBootPlace, type SpokenLinks, WEB, writeImage } from "./support/boot-place.ts";
import { put } from "./support/image-tree.ts";
import { startTftpd, type Tftpd } from "./support/tftpd.ts";

const NEW = imageName("web.2026-12");
const NEWER = imageName("web.2027-01");
let place: BootPlace;
let tftpd: Tftpd;
let links: SpokenLinks;
let bench: Bench;

const channel = () => join(place.dir, "web.production");
const inForce = () => readlinkSync(channel());

beforeEach(async () => {
  place = await createBootPlace();
  // tftpd-hpa reads as nobody.
  chmodSync(place.root, 0o755);
  for (const image of [NEW, NEWER]) await writeImage(place.dir, image, "web");
  put(join(place.root, "web/vmlinuz"), "kernel");
  symlinkSync(WEB, channel());
  tftpd = await startTftpd(place.root);
  links = place.links();
  bench = await startOn();
});
afterEach(async () => {
  await tftpd.stop();
  await place.remove();
});

/** The real API and controller; what it fetches before a promotion comes from the real tftpd, unless said otherwise. */
async function startOn(options: { store?: Store; links?: SpokenLinks; bootServer?: BootServer } = {}): Promise<Bench> {
  const started = await startBench({ links, ...options });
  const served = createBootServer({
    tftp: tftpd.address,
    directories: { pxelinux: place.dir, grub: place.grub },
    linkNameOf: ({ loader, ip }) => bootLinkName(loader, ip),
    timing: { deadlineMs: 2_000, retransmitMs: 300 },
  });
  Object.assign(started.simulation.world, { bootServer: options.bootServer ?? served });
  return started;
}

const promote = (image: string, more = {}) => bench.send("POST", "/v1/channels/promote", { ...BY, image, ...more });
const rollBack = (more = {}) => bench.send("POST", "/v1/channels/rollback", { ...BY, role: "web", ...more });
const lastAudited = async () => (await bench.store.auditLog({ limit: 1 }))[0];

describe("a promotion", () => {
  test("moves the channel alone, says who keeps another image, and is audited with before and after", async () => {
    const before = readdirSync(place.dir);
    expect(before).not.toContain(".retask-owner");
    expect(await promote(NEW)).toMatchObject({
      status: 200,
      body: { role: "web", channel: "web.production", from: WEB, to: NEW, changed: true, behind: 8 },
    });
    expect(inForce()).toBe(NEW);
    expect(readdirSync(place.dir)).toEqual([".retask-owner", ...before]);
    expect(await lastAudited()).toMatchObject({
      who: BY.author,
      from: expect.stringContaining("token"),
      action: `promote ${NEW} to production`,
      why: BY.reason,
      before: WEB,
      after: NEW,
      refused: null,
    });
  });

  test("counts for an order that follows at once, though the next tick looks at machines in operation alone", async () => {
    await promote(NEW);
    const { observation } = await reconcile(bench.controller, "operations");
    expect(observation.channels.get(imageName("web.production"))).toBe(NEW);
  });

  test("of what the channel means already changes nothing", async () => {
    const { ino } = statSync(channel(), { throwIfNoEntry: true });
    expect((await promote(WEB)).body).toMatchObject({ changed: false });
    expect(statSync(channel()).ino).toBe(ino);
  });

  test("makes a channel that is not there yet", async () => {
    rmSync(channel());
    expect((await promote(NEW)).body).toMatchObject({ from: null, to: NEW });
    expect(inForce()).toBe(NEW);
    expect((await rollBack()).body.code).toBe("RTK_NO_VERSION");
  });

  test("moves the channel of every loader that has the image", async () => {
    for (const image of [WEB, NEW])
      writeFileSync(join(place.grub, image), `linux /web/vmlinuz retask.role=web retask.image=${image}\n`);
    symlinkSync(WEB, join(place.grub, "web.production"));
    expect((await promote(NEW)).status).toBe(200);
    expect(readlinkSync(join(place.grub, "web.production"))).toBe(NEW);
    expect(inForce()).toBe(NEW);
  });
});

describe("a roll-back", () => {
  test("leads back a version at a time, also after a restart", async () => {
    await promote(NEW);
    await promote(NEWER);
    expect((await rollBack()).body).toMatchObject({ from: NEWER, to: NEW, changed: true });
    bench = await startOn({ store: bench.store });
    expect((await rollBack()).body).toMatchObject({ from: NEW, to: WEB });
    expect(inForce()).toBe(WEB);
    expect(await lastAudited()).toMatchObject({ action: "roll back web production", before: NEW, after: WEB });
    expect((await rollBack()).body.code).toBe("RTK_NO_VERSION");
    expect(inForce()).toBe(WEB);
  });

  test("to a version that is gone is refused", async () => {
    await promote(NEW);
    rmSync(join(place.dir, WEB));
    expect((await rollBack()).body.code).toBe("RTK_NO_VERSION");
    expect(inForce()).toBe(NEW);
  });
});

describe("refused, audited, and nothing changed", () => {
  async function expectRefusal(code: string, asked = () => promote(NEW)) {
    const answer = await asked();
    expect(answer.body.code).toBe(code);
    expect(await lastAudited()).toMatchObject({ refused: expect.stringContaining(code) });
    expect(inForce()).toBe(WEB);
    return String(answer.body.detail);
  }

  test("no such image", () => expectRefusal("RTK_NO_VERSION", () => promote("web.gone")));
  test("a channel instead of an image", () => expectRefusal("RTK_NO_VERSION", () => promote("web.production")));
  test("a channel that the policy does not name", () =>
    expectRefusal("RTK_NO_CHANNEL", () => promote(NEW, { channel: "prototype" })));
  test("a role that no policy is for", () => expectRefusal("RTK_UNKNOWN_ROLE", () => rollBack({ role: "mail" })));

  test("an image of a role without a policy, and one of none", async () => {
    await writeImage(place.dir, imageName("mail.1"), "mail");
    await expectRefusal("RTK_UNKNOWN_ROLE", () => promote("mail.1"));
    put(join(place.dir, "bare"), "DEFAULT l\nLABEL l\n  KERNEL web/vmlinuz\n");
    await expectRefusal("RTK_IMAGE_ROLE", () => promote("bare"));
  });

  test("a kernel that the TFTP server does not serve", async () => {
    rmSync(join(place.root, "web/vmlinuz"));
    expect(await expectRefusal("RTK_BOOT_FILES")).toContain("web/vmlinuz");
  });

  test("a TFTP server that does not answer", async () => {
    await tftpd.stop();
    await expectRefusal("RTK_BOOT_FILES");
  });

  test("a file that the TFTP server may not read", async () => {
    chmodSync(join(place.dir, NEW), 0o600);
    await expectRefusal("RTK_BOOT_FILES");
  });

  test("another loader's channel, whose image is missing there", async () => {
    writeFileSync(join(place.grub, WEB), `linux /web/vmlinuz retask.role=web retask.image=${WEB}\n`);
    symlinkSync(WEB, join(place.grub, "web.production"));
    expect(await expectRefusal("RTK_LINK_IMAGE")).toContain("grub");
    expect(readlinkSync(join(place.grub, "web.production"))).toBe(WEB);
  });

  test("a directory that another controller owns", async () => {
    await place.links({ host: "ctl2" }).own("store-2", new AbortController().signal);
    expect(await expectRefusal("RTK_OWNER_FOREIGN")).toContain("ctl2");
  });

  test("a dry run", async () => {
    bench = await startOn({ links: place.links({ dryRun: true }) });
    await expectRefusal("RTK_DRY_RUN");
  });

  test("a channel that is a plain file, with what to do once; the file stays", async () => {
    rmSync(channel());
    await writeImage(place.dir, imageName("web.production"), "web");
    const text = readFileSync(channel(), "utf8");
    const answer = await promote(NEW);
    expect(answer.body).toMatchObject({ code: "RTK_CHANNEL_FILE", detail: expect.stringContaining("web.live") });
    expect(readFileSync(channel(), "utf8")).toBe(text);
  });
});

test("moved by somebody else while the files were fetched, the channel is left to them", async () => {
  bench = await startOn({
    bootServer: {
      probe: async () => ({ ok: true }),
      fetch: async () => {
        rmSync(channel());
        symlinkSync(NEWER, channel());
        return { ok: true, value: { files: [] } };
      },
    },
  });
  expect((await promote(NEW)).body.code).toBe("RTK_CHANGED");
  expect(inForce()).toBe(NEWER);
});

test("another role's channel is never touched", async () => {
  symlinkSync(COMPILE, join(place.dir, "compile.production"));
  await mkdir(join(place.root, "compile"));
  await promote(NEW);
  expect(readlinkSync(join(place.dir, "compile.production"))).toBe(COMPILE);
});
