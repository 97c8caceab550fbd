/** `retask doctor` whole, as a process of its own: over a site that is well, and beside a daemon that has the store. */
import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CHECKS } from "../../src/cli/doctor/finding.ts";
import { type DoctorSite, Parts, startDoctorSite } from "./support/doctor-site.ts";

const parts = new Parts();
let site: DoctorSite;
beforeAll(async () => {
  site = await startDoctorSite(parts);
}, 60_000);
afterAll(() => parts.stopAll());

const linksOf = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true }).map((entry) =>
    entry.isSymbolicLink() ? `${entry.name} → ${readlinkSync(join(directory, entry.name))}` : entry.name,
  );

test("a healthy site: every check looks, and nothing is found", async () => {
  const before = linksOf(site.root.links);
  const result = await site.doctor();
  expect(result.findings.map(({ check, level }) => `${check} ${level}`)).toEqual(CHECKS.map((name) => `${name} ok`));
  expect(result).toMatchObject({ ok: true, errors: 0, warnings: 0 });
  // It has asked, and changed nothing: no power command, no link, and servers take work as before.
  for (const { bmc } of site.machines) expect(bmc.commands().filter(({ op }) => op === "set")).toEqual([]);
  expect(linksOf(site.root.links)).toEqual(before);
  expect(await site.haproxy.ask("show servers state web")).not.toMatch(/ m\d \S+ \d [1-9]/);
});
