/** The rush hour, on machines that really boot: a build machine becomes a web machine, and goes back when the load ends. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startWebLoad } from "../component/support/haproxy.ts";
import { compiledBy, startBuild } from "../component/support/real-farm/builds.ts";
import { join } from "node:path";
import { diagnose } from "../component/support/real-farm/diagnose.ts";
import { startLab, type Lab } from "./support/lab.ts";
let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ web: 1, compile: 2, spares: 0, say: console.info });
}, 300_000);
afterAll(() => lab?.stop());
test("boots", async () => {
  console.info(lab.machines[0]?.requests(), await lab.machines[1]?.beacon());
  console.info(await lab.machines[1]?.log());
  await lab.daemon.start();
  await lab.adopt();
  const build = await startBuild(lab.distccHome, join(lab.dir, "objects"));
  const load = startWebLoad(`${lab.proxies[0]?.now().url}cgi-bin/page`, 2);
  await sleep(12000);
  await load.stop();
  console.info(load.counts(), await build.stop(), await compiledBy(lab.machines[1]?.ip ?? ""));
  console.info(await diagnose(lab));
  const p = await fetch(`${lab.prometheus.url}/api/v1/query?query=up`); console.info(await p.text());
}, 120_000);
