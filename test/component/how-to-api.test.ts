/** The how-to's commands, as they stand there, one after another, against a daemon that advises. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startSimulatedDaemon } from "./support/cli-bench.ts";

const blocksOf = (page: string): string[] => [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");

test("every command of the page does what the page says", async () => {
  const daemon = await startSimulatedDaemon("advise");
  await daemon.simulation.adopt();
  const directory = await mkdtemp(join(tmpdir(), "retask-how-to-"));
  try {
    await writeFile(join(directory, "retask"), `#!/bin/sh\nexec node ${resolve("dist/cli/main.js")} "$@"\n`, {
      mode: 0o755,
    });
    const blocks = blocksOf(await readFile("docs/how-to/use-the-api.md", "utf8"));
    expect(blocks.length).toBeGreaterThan(6);
    const env = { ...process.env, URL: daemon.url, RETASK_SITE: daemon.site, PATH: `${directory}:${process.env.PATH}` };
    const script = `set -e\n${blocks.join("\n")}`;
    const { stdout } = await promisify(execFile)("bash", ["-c", script], { cwd: directory, env });
    for (const said of [
      "grafana",
      '"health":"healthy"',
      '"next":"/v1/machines?limit=2&after=m02"',
      "304",
      '"kind":"pin"',
    ])
      expect(stdout).toContain(said);
    expect(stdout).toContain('"action":"set pin machine m07"');
    expect(stdout).toMatch(/RTK_PLAN_MOVED|"operations":/);
    expect(stdout).toContain("retry: 2000");
    expect(stdout.trimEnd()).toMatch(/revoked: deploy$/);
  } finally {
    await rm(directory, { recursive: true, force: true });
    await daemon.stop();
  }
});
