/** fleet.yaml is replaced whole and at once, by a text that the whole site passes its check with, or not at all. */
import { cp, lstat, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Lexer } from "yaml";
import { prepareFleetChange } from "../../src/cli/fleet/change-fleet.ts";
import { addEntries, removeEntry } from "../../src/cli/fleet/edit-fleet.ts";
import { exchangeHardware } from "../../src/cli/fleet/exchange-hardware.ts";

const NEW = { name: "m31", ip: "10.0.3.131", mac: "00:11:22:33:55:31", bmc: "10.0.9.131" };
const adding = (text: string) => addEntries(text, [NEW]);
const exchanging = (text: string) => exchangeHardware(text, { machine: "m01", spare: "m03", spareIs: "retired" });
let site: string;
let file: string;

beforeEach(async () => {
  site = await mkdtemp(join(tmpdir(), "retask-fleet-"));
  await cp("policies/example", site, { recursive: true });
  file = join(site, "fleet.yaml");
});
afterEach(() => rm(site, { recursive: true }));

test("the file keeps its mode, what it is a link to, and its neighbours", async () => {
  await rename(file, join(site, "real.yml"));
  await symlink("real.yml", file);
  const before = await readdir(site);
  const { mode } = await stat(file);
  const change = await prepareFleetChange(site, adding);
  expect(change.after.site.machines.size).toBe((change.before?.site.machines.size ?? 0) + 1);
  await change.write();
  expect(await readFile(file, "utf8")).toBe(change.text);
  expect((await lstat(file)).isSymbolicLink()).toBe(true);
  expect((await stat(file)).mode).toBe(mode);
  expect(await readdir(site)).toEqual(before);
});

test("the old file is read as YAML once, and the new one once: of thousands of machines it takes seconds", async () => {
  const read = vi.spyOn(Lexer.prototype, "lex");
  // Of this test alone: what others have read is remembered.
  await writeFile(file, `${await readFile(file, "utf8")}# read once\n`);
  for (const edit of [adding, (text: string) => removeEntry(text, "m02"), exchanging]) {
    read.mockClear();
    const { text } = await prepareFleetChange(site, edit);
    const whole = read.mock.calls.map(([source]) => source).filter((source) => source.includes("# read once"));
    expect(whole.filter((source) => source === text)).toHaveLength(1);
    expect(whole.length).toBeLessThanOrEqual(2);
  }
  read.mockRestore();
});

test("a site without a fleet.yaml gets one", async () => {
  await rm(file);
  const change = await prepareFleetChange(site, (text) => {
    expect(text).toBe("");
    return addEntries(
      text,
      Array.from({ length: 8 }, (_, index) => ({
        ...{ name: `m${index}`, ip: `10.0.3.${index}`, mac: `00:11:22:33:44:0${index}`, bmc: `10.0.9.${index}` },
      })),
    );
  });
  await change.write();
  expect((await prepareFleetChange(site, adding)).after.site.machines.size).toBe(9);
});

test("nothing is written where the new site would not pass the check, or has problems already", async () => {
  const before = await readFile(file, "utf8");
  const twice = prepareFleetChange(site, (text) => addEntries(text, [{ ...NEW, mac: "00:11:22:33:44:01" }]));
  await expect(twice).rejects.toThrow(
    /nothing was changed: with this.*\n.*fleet\.yaml:\d+:\d+ .* is already that of m01/,
  );
  await expect(prepareFleetChange(site, (text) => removeEntry(text, "m99"))).rejects.toThrow("no machine m99");
  await writeFile(join(site, "policies/web.yaml"), "role: web\n");
  await expect(prepareFleetChange(site, adding)).rejects.toThrow(/have problems already.*\n.*policies\/web\.yaml/);
  expect(await readFile(file, "utf8")).toBe(before);
});

test("a file that somebody else wrote meanwhile is left to them", async () => {
  const change = await prepareFleetChange(site, adding);
  await writeFile(file, "# theirs\n");
  await expect(change.write()).rejects.toThrow("somebody else wrote");
  expect(await readFile(file, "utf8")).toBe("# theirs\n");
});
