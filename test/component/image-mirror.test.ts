/** An image's copy on its file server's mirror: what how-to/nfs-servers.md once did by sed. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cliFor, type Run, type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";

let daemon: SimulatedDaemon;
let run: Run;
beforeEach(async () => {
  daemon = await startSimulatedDaemon();
  run = await cliFor(daemon.site);
  await daemon.addImage("web.production-1", "web.2026-11");
});
afterEach(() => daemon.stop());

const bootFile = (name: string): string => join(daemon.links, name);
const rootOf = (name: string): string => join(daemon.site, "..", "images", name);

async function refusal(image: string): Promise<string> {
  const { code, stderr } = await run(["image", "mirror", image]);
  expect(code).toBe(1);
  return stderr;
}

test("it says its own name and the mirror's address, is written once, and machines are balanced over both", async () => {
  const mirrored = await run(["image", "mirror", "web.2026-11"]);
  expect(mirrored.stderr).toBe("");
  expect(mirrored.stdout).toBe(
    `mirrored: web.2026-11@nfs-b boots from 10.0.1.21:/images/web.2026-11\n  wrote   ${bootFile("web.2026-11@nfs-b")}\n`,
  );
  const [own, copy] = await Promise.all(
    ["web.2026-11", "web.2026-11@nfs-b"].map((name) => readFile(bootFile(name), "utf8")),
  );
  expect(copy).toBe(
    own?.replaceAll("image=web.2026-11", "image=web.2026-11@nfs-b").replace("10.0.1.20:", "10.0.1.21:"),
  );
  expect((await run(["image", "mirror", "web.2026-11"])).stdout).toContain("which says just that");

  await daemon.simulation.adopt();
  const order = ["rollout", "start", "web", "web.2026-11", "--canary", "0", "--waves", "100%", "--soak", "0s"];
  const begun = await run([...order, "--confirm", "web", "--author", "ada", "--reason", "new"]);
  expect(begun.code, begun.stderr).toBe(0);
  await daemon.simulation.runFor(3_600_000, 10_000);
  const { machines } = daemon.simulation.controller.state;
  const runs = [...machines.values()].flatMap(({ placement, image }) => (placement === "web" ? [image] : []));
  expect(runs).toEqual(expect.arrayContaining(["web.2026-11", "web.2026-11@nfs-b"]));
});

test("a clone says that the mirror needs its copy too", async () => {
  const { stdout, stderr } = await run(["image", "clone", "web.2026-11", "web.2026-12"]);
  expect(stdout, stderr).toContain("update it, copy its root to the mirror, then: retask image lint web.2026-12; ");
  expect(stdout).toContain("; retask image mirror web.2026-12; retask image promote web.2026-12");
});

test("it is refused, and nothing written, without a root there, a mirror, or what is no image of its own", async () => {
  await rm(rootOf("web.2026-11"), { recursive: true });
  expect(await refusal("web.2026-11")).toContain("10.0.1.21:/images/web.2026-11 is not there yet");
  expect(await refusal("web.production-1@nfs-b")).toContain("is a copy itself");
  await daemon.rewrite("retask.yaml", (text) => text.replace("address: 10.0.1.20", "address: 10.0.1.29"));
  expect(await refusal("web.2026-11")).toContain("none of the servers under storage");
  await expect(readFile(bootFile("web.2026-11@nfs-b"), "utf8")).rejects.toThrow("ENOENT");
});

test("a copy that says otherwise is left; a root that nobody can look for is told", async () => {
  await writeFile(bootFile("web.2026-11@nfs-b"), "# by hand\n");
  expect(await refusal("web.2026-11")).toContain("says otherwise");
  expect(await readFile(bootFile("web.2026-11@nfs-b"), "utf8")).toBe("# by hand\n");
  await rm(bootFile("web.2026-11@nfs-b"));
  await daemon.rewrite("retask.yaml", (text) => text.replace('"/images"', '"10.0.1.20:/images"'));
  expect((await run(["image", "mirror", "web.2026-11"])).stdout).toContain("can't be seen from here");
});
