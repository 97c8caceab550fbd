/** Each HAProxy: answers, lets retask set servers, and has a server for every machine that may take the role. */
import { parseServersState, type ServerRow } from "../../world/traffic/haproxy-answers.ts";
import { askHaproxy } from "../../world/traffic/haproxy-socket.ts";
import { type Check, counted, type Examined, USUAL_DEADLINE_MS } from "./examined.ts";
import { type Fault, looked, skipped } from "./finding.ts";

/** A backend, and the machines that may ever be behind it. */
export interface Backend {
  readonly name: string;
  readonly role: string;
  readonly machines: readonly { readonly name: string; readonly ip: string }[];
}

/** One proxy's answers; `backends` by name, null where it has none of that name or the answer does not fit. */
export type ProxyFacts =
  | { readonly socket: string; readonly silent: string }
  | {
      readonly socket: string;
      readonly level: string;
      readonly backends: ReadonlyMap<string, readonly ServerRow[] | null>;
    };

export const haproxyCheck: Check = {
  name: "haproxy",
  deadlineMs: () => USUAL_DEADLINE_MS,
  run: async (site, signal) => {
    const { haproxy } = site.configuration.settings;
    const backends = backendsOf(site);
    if (haproxy.length === 0) return skipped("retask.yaml names no haproxy");
    const facts = await Promise.all(haproxy.map((socket) => readProxy(socket, backends, signal)));
    const well = `${counted(haproxy.length, "proxy", "proxies")} asked: retask may set servers, and every machine has its own`;
    return looked(
      facts.flatMap((one) => judgeProxy(one, backends)),
      well,
    );
  },
};

function backendsOf({ configuration, machines }: Examined): Backend[] {
  return [...configuration.site.policies.values()].flatMap(({ role, traffic }) =>
    traffic.haproxy === undefined
      ? []
      : [{ name: traffic.haproxy.backend, role, machines: machines.filter(({ roles }) => roles.includes(role)) }],
  );
}

/** `show cli level` says what the socket allows, and changes nothing. */
async function readProxy(socket: string, backends: readonly Backend[], signal: AbortSignal): Promise<ProxyFacts> {
  const level = await askHaproxy(socket, "show cli level", signal);
  if (!level.ok) return { socket, silent: level.why };
  const found = new Map<string, readonly ServerRow[] | null>();
  for (const { name } of backends) {
    const answer = await askHaproxy(socket, `show servers state ${name}`, signal);
    if (!answer.ok) return { socket, silent: answer.why };
    found.set(name, parseServersState(answer.text.trimEnd(), name));
  }
  return { socket, level: level.text.trim(), backends: found };
}

export function judgeProxy(facts: ProxyFacts, backends: readonly Backend[]): Fault[] {
  const { socket } = facts;
  if ("silent" in facts) return [silent(socket, facts.silent)];
  const { level } = facts;
  const servers = backends.flatMap((backend) =>
    judgeBackend(socket, backend, facts.backends.get(backend.name) ?? null),
  );
  return level === "admin" ? servers : [wrongLevel(socket, level), ...servers];
}

function judgeBackend(socket: string, backend: Backend, rows: readonly ServerRow[] | null): Fault[] {
  if (rows === null) return [noBackend(socket, backend)];
  const byName = new Map(rows.map((row) => [row.name, row]));
  return backend.machines.flatMap(({ name, ip }) => {
    const row = byName.get(name);
    if (row === undefined) return [noServer(socket, backend, name)];
    return row.address === null || row.address === ip ? [] : [elsewhere(socket, backend, name, row.address, ip)];
  });
}

const silent = (socket: string, why: string): Fault => ({
  name: "haproxy-silent",
  level: "error",
  what: "HAProxy does not answer",
  where: [socket],
  why,
  advice: "check that it runs, and that retask's user may open its socket (adduser retask haproxy)",
});

const wrongLevel = (socket: string, level: string): Fault => ({
  name: "haproxy-level",
  level: "error",
  what: "retask may look there, but not set servers",
  where: [socket],
  why: `the socket's level is ${level.slice(0, 40)}, and taking traffic off needs admin`,
  advice: "give that `stats socket` line `level admin`, and reload HAProxy",
});

const noBackend = (socket: string, { name, role }: Backend): Fault => ({
  name: "haproxy-backend",
  level: "error",
  what: `it has no backend ${name}`,
  where: [socket],
  why: `the policy of ${role} takes its traffic off there`,
  advice: "add the backend, or correct traffic.haproxy.backend in the policy",
});

const noServer = (socket: string, { name, role }: Backend, machine: string): Fault => ({
  name: "haproxy-server",
  level: "error",
  what: `there is no server of its name in backend ${name}`,
  where: [machine],
  why: `${socket} has none, and the machine may take ${role}: it would serve nobody`,
  advice: `add a line for each to backend ${name}, as in: server NAME IP:PORT check`,
});

const elsewhere = (socket: string, { name }: Backend, machine: string, found: string, ip: string): Fault => ({
  name: "haproxy-address",
  level: "warning",
  what: `its server in backend ${name} has another address`,
  where: [machine],
  why: `${socket} sends its work to ${found}, fleet.yaml says ${ip}: another machine may be behind the name`,
  advice: "correct the server's line, unless the machine has that address too",
});
