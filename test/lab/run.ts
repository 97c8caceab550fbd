/** `npm run lab`: a lab to look at and to play with, until Ctrl-C. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startWebLoad, type WebLoad } from "../component/support/haproxy.ts";
import { type Build, startBuild } from "../component/support/real-farm/builds.ts";
import { HAPROXY_METRICS_PORT, type Lab, PROMETHEUS_PORT, RETASK_PORT, startLab, WEB_PORT } from "./support/lab.ts";

const { values } = parseArgs({ options: { machines: { type: "string", default: "4" } } });
const count = Number(values.machines);
if (!Number.isInteger(count) || count < 3) throw new Error(`--machines ${values.machines}: at least 3, please`);

const say = (text: string): void => console.log(text);
let ending = false;
const lab = await startLab({ ...shares(count), say });
await lab.daemon.start();
await lab.adopt();
const build = await startBuild(lab.distccHome, join(lab.dir, "objects"));
const load = startWebLoad(`http://127.0.0.1:${WEB_PORT}/cgi-bin/page`, 2);
say(whereToLook(lab));
process.once("SIGINT", () => void end(lab, build, load));

/** Half of them web, at least one to compile, and one off. */
function shares(machines: number) {
  const web = Math.floor(machines / 2);
  return { web, compile: machines - web - 1, spares: 1, atOnce: Math.max(1, Math.floor(machines / 4)) };
}

/** `inside` is of scripts/lab.mjs: the addresses exist nowhere else. */
function whereToLook({ dir, machines }: Lab): string {
  const inside = join(process.env.TMPDIR ?? "", "inside");
  const retask = `${inside} node dist/cli/main.js --token-file ${join(dir, "state/token")}`;
  return `
The lab runs: ${machines.map(({ name, ip }) => `${name} ${ip}`).join(", ")}.
Its network is its own; ask from inside it:

  ${retask} status
  ${retask} force machine m1 --to compile --for 10m --reason "to see it move"
  ${inside} curl -s http://${machines[0]?.ip}:9421/metrics                        # a beacon
  ${inside} curl -s http://127.0.0.1:${WEB_PORT}/cgi-bin/page                     # through HAProxy
  ${inside} curl -s http://127.0.0.1:${HAPROXY_METRICS_PORT}/metrics              # HAProxy's figures
  ${inside} curl -s 'http://127.0.0.1:${PROMETHEUS_PORT}/api/v1/query?query=up'   # Prometheus
  ${inside} wrk -c 12 -t 1 -d 120s http://127.0.0.1:${WEB_PORT}/cgi-bin/page      # a rush hour
  ${inside} curl -s http://127.0.0.1:${RETASK_PORT}/metrics                       # retask's figures
  tail -f ${dir}/m1/boot-1.log   # a machine's console

Ctrl-C ends all of it.`;
}

async function end(running: Lab, compiling: Build, serving: WebLoad): Promise<void> {
  if (ending) return;
  ending = true;
  say("ending the lab");
  await Promise.all([compiling.stop(), serving.stop()]);
  await running.stop();
  process.exit();
}
