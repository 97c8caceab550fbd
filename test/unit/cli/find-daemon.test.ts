/** How the CLI finds the daemon and its token: by the site, unless somebody says otherwise. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findDaemon, urlOf } from "../../../src/cli/find-daemon.ts";

const TOKEN = "rtk_0123456789abcdefghijklmnop";
const OTHER = "rtk_ponmlkjihgfedcba9876543210";
let site = "";

beforeEach(() => {
  site = mkdtempSync(join(tmpdir(), "retask-test-"));
  mkdirSync(join(site, "var"));
  writeFileSync(join(site, "retask.yaml"), `listen: 127.0.0.1:7001\nstore: { file: ${site}/var/retask.db }\n`);
  writeFileSync(join(site, "var/token"), `${TOKEN}\n`);
});
afterEach(() => rmSync(site, { recursive: true, force: true }));

test.each([
  ["127.0.0.1:9420", "http://127.0.0.1:9420"],
  ["0.0.0.0:9420", "http://127.0.0.1:9420"],
  ["[::]:9420", "http://[::1]:9420"],
  ["[fe80::1]:9420", "http://[fe80::1]:9420"],
  ["controller.example:80", "http://controller.example:80"],
])("listening on %s is reached at %s", (listen, url) => {
  expect(urlOf(listen)).toBe(url);
});

describe("the token", () => {
  test("is the file beside the site's store", async () => {
    expect(await findDaemon({ site }, {})).toEqual({
      url: "http://127.0.0.1:7001",
      token: { ok: true, token: TOKEN },
    });
  });

  test("of the environment goes before the site's, and a file that is named before both", async () => {
    writeFileSync(join(site, "named"), OTHER);
    const env = { RETASK_TOKEN: OTHER };
    expect((await findDaemon({ site }, env)).token).toEqual({ ok: true, token: OTHER });
    const named = await findDaemon({ site, tokenFile: join(site, "named") }, { RETASK_TOKEN: TOKEN });
    expect(named.token).toEqual({ ok: true, token: OTHER });
  });

  test("of the site is not shown to an address that is not the site's", async () => {
    const elsewhere = await findDaemon({ site, url: "http://farm.example:9420" }, {});
    expect(elsewhere.token).toEqual({ ok: false, why: expect.stringContaining("--token-file") });
    expect((await findDaemon({ site, url: "http://localhost:7002" }, {})).token.ok).toBe(true);
  });

  test("that is missing or garbled says what to do, and never what it was", async () => {
    writeFileSync(join(site, "var/token"), "not a token\u001b[31m");
    expect((await findDaemon({ site }, {})).token).toEqual({
      ok: false,
      why: `${site}/var/token does not hold a token`,
    });
    rmSync(join(site, "var/token"));
    expect((await findDaemon({ site }, {})).token).toMatchObject({ why: expect.stringContaining("there is none") });
    await expect(findDaemon({ site, tokenFile: join(site, "nowhere") }, {})).rejects.toThrow(/nowhere can't be read/);
    await expect(findDaemon({ site }, { RETASK_TOKEN: "x\r\nHost: y" })).rejects.toThrow(/RETASK_TOKEN does not hold/);
  });
});

test("a broken retask.yaml leaves the defaults, so that the daemon that goes on without it is found", async () => {
  writeFileSync(join(site, "retask.yaml"), "listen: [\n");
  chmodSync(join(site, "retask.yaml"), 0o600);
  expect((await findDaemon({ site }, {})).url).toBe("http://127.0.0.1:9420");
});
