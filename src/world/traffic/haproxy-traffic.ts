/** Traffic of one backend over several HAProxies: `drain` and `ready` on all, and one answer only when all give theirs. */
import type { Machine } from "../../core/domain/fleet.ts";
import type { MachineName } from "../../core/domain/names.ts";
import type { TrafficFact } from "../../core/domain/observation.ts";
import type { Changed } from "../ports.ts";
import { combineFacts } from "./combine-facts.ts";
import { parseBackend, parseServersState, parseSetAnswer, type ServerView } from "./haproxy-answers.ts";
import { askHaproxy } from "./haproxy-socket.ts";
import { printable } from "./printable-text.ts";
import { failed, type TrafficState, type TrafficSystem } from "./traffic-system.ts";

/**
 * `drain`, never `maint`: health checks go on in drain, so that `ready` after a reboot leaves the server down until its
 * checks pass. `maint` then `ready` marks it up at once, and requests fail.
 */
const HAPROXY_STATE = { off: "drain", on: "ready" } as const satisfies Record<TrafficState, string>;

const NO_PROXY =
  "retask.yaml names no haproxy, but the role's traffic does; add `haproxy: unix:/run/haproxy/admin.sock`";

type ProxyView =
  | { readonly socket: string; readonly servers: ReadonlyMap<string, ServerView> }
  | { readonly socket: string; readonly silent: string };

/** Each server's name in the backend is its machine's name. Servers are read once per proxy, for all machines together. */
export function haproxyTraffic(sockets: readonly string[], backend: string): TrafficSystem {
  // A `;` or a line break in a name would be another command.
  if (!/^[A-Za-z0-9_.:-]+$/.test(backend)) throw new Error(`not a backend's name: ${JSON.stringify(backend)}`);
  return {
    name: "haproxy",
    read: async (machines, signal) => {
      const views = await Promise.all(sockets.map((socket) => viewProxy(socket, backend, signal)));
      return new Map(machines.map(({ name }) => [name, factOf(views, backend, name)]));
    },
    set: async (machine, state, signal) => {
      if (sockets.length === 0) return failed("RTK_HAPROXY_NONE", NO_PROXY);
      const all = await Promise.all(sockets.map((socket) => setOne(socket, backend, machine, state, signal)));
      const done = all.filter((one) => one.ok);
      const failure = all.find((one) => !one.ok);
      if (failure === undefined) return { ok: true, changed: done.some((one) => one.ok && one.changed) };
      return sockets.length === 1
        ? failure
        : failed(failure.code, `${failure.why} (${done.length} of ${sockets.length} proxies did as told)`);
    },
  };
}

async function viewProxy(socket: string, backend: string, signal: AbortSignal): Promise<ProxyView> {
  // iid or name, then the types (4 = servers), then the server id (-1 = all).
  const answer = await askHaproxy(socket, `show servers state ${backend};show stat ${backend} 4 -1`, signal);
  if (!answer.ok) return { socket, silent: answer.why };
  const parsed = parseBackend(answer.text, backend);
  return parsed.ok ? { socket, servers: parsed.value } : { socket, silent: parsed.why };
}

function factOf(views: readonly ProxyView[], backend: string, machine: MachineName): TrafficFact {
  if (views.length === 0) return { kind: "unknown", why: NO_PROXY };
  const silent = views.flatMap((view) => ("silent" in view ? [`${view.socket}: ${view.silent}`] : []));
  if (silent.length > 0) {
    const why = `${silent.length} of ${views.length} proxies did not answer (${silent.join("; ")})`;
    return { kind: "unknown", why };
  }
  return combineFacts(
    views.map((view) => ({
      who: view.socket,
      fact: serverFact("servers" in view ? view.servers.get(machine) : undefined, backend, machine),
    })),
  );
}

function serverFact(server: ServerView | undefined, backend: string, machine: MachineName): TrafficFact {
  if (server === undefined) return { kind: "unknown", why: `no server ${machine} in backend ${backend}` };
  return server.off ? { kind: "off", busy: server.sessions } : { kind: "on", up: server.up };
}

async function setOne(
  socket: string,
  backend: string,
  machine: Machine,
  state: TrafficState,
  signal: AbortSignal,
): Promise<Changed> {
  const target = `${backend}/${machine.name}`;
  // The state before tells whether this changed anything: `set server` itself says the same either way.
  const line = `show servers state ${backend};set server ${target} state ${HAPROXY_STATE[state]}`;
  const answer = await askHaproxy(socket, line, signal);
  if (!answer.ok) {
    const advice = "retask tries again; check that HAProxy runs there and that retask may open the socket";
    return failed(answer.code, `HAProxy at ${socket} was not told to set ${target} ${state}: ${answer.why}; ${advice}`);
  }
  const said = parseSetAnswer(answer.text);
  if (said === null) return failed("RTK_HAPROXY_GARBLED", `HAProxy at ${socket} gave half an answer for ${target}`);
  // Success is an empty line, and nothing else is.
  if (said !== "\n") return refusal(said.trim(), socket, backend, machine);
  const before = parseServersState(answer.text.slice(0, answer.text.indexOf("\n\n")), backend);
  const row = before?.find(({ name }) => name === machine.name);
  if (state === "on" && row?.weightless === true) {
    const advice = `give it weight again: \`set server ${target} weight 100%\``;
    return failed("RTK_HAPROXY_WEIGHT", `HAProxy at ${socket} gives ${target} no work, its weight is 0; ${advice}`);
  }
  return { ok: true, changed: row === undefined || row.off !== (state === "off") };
}

function refusal(said: string, socket: string, backend: string, machine: Machine): Changed {
  const at = `HAProxy at ${socket}`;
  const kept = `the traffic of ${machine.name} stays there as it was`;
  switch (said) {
    case "No such server.":
      return failed(
        "RTK_HAPROXY_NO_SERVER",
        `${at} has no server ${machine.name} in backend ${backend}, ${kept}; add \`server ${machine.name} ${machine.ip}:PORT check\` to that backend`,
      );
    case "No such backend.":
      return failed(
        "RTK_HAPROXY_NO_BACKEND",
        `${at} has no backend ${backend}, ${kept}; correct traffic.haproxy.backend in the policy, or add the backend`,
      );
    case "Permission denied":
      return failed(
        "RTK_HAPROXY_PERMISSION",
        `${at} does not let retask set servers, ${kept}; give that \`stats socket\` line \`level admin\``,
      );
    default:
      return failed("RTK_HAPROXY_REFUSED", `${at} refused, ${kept}; it said: ${printable(said)}`);
  }
}
