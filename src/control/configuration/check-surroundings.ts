/** What retask depends on may not be a machine that retask itself powers off. */
import type { Settings } from "../../core/domain/settings.ts";
import { type Draft, problemAt } from "./draft.ts";
import type { Problem } from "./problem.ts";

interface Dependency {
  readonly what: string;
  readonly host: string;
  readonly path: readonly PropertyKey[];
}

export function checkSurroundings({ settings, fleet }: Draft): Problem[] {
  if (settings === null) return [];
  const problems = storageProblems(settings.value).map(({ path, message }) => problemAt(settings.yaml, path, message));
  if (fleet === null) return problems;
  const pool = new Map(fleet.value.machines.flatMap(({ name, ip }) => [[ip, name] as const, [name, name] as const]));
  const inPool = dependencies(settings.value).flatMap(({ what, host, path }) => {
    const machine = pool.get(host);
    if (machine === undefined) return [];
    const where = machine === host ? host : `${machine} (${host})`;
    const message = `${what} runs on ${where}, a machine of the pool; what retask depends on must stand outside it`;
    return [problemAt(settings.yaml, path, message)];
  });
  return [...problems, ...inPool];
}

function dependencies(settings: Settings): Dependency[] {
  const found: Dependency[] = [{ what: "the controller", host: withoutPort(settings.listen), path: ["listen"] }];
  const { tftp, prometheus, dhcp } = settings;
  const nextServer = dhcp?.nextServer ?? null;
  if (tftp !== undefined) found.push({ what: "the TFTP server", host: withoutPort(tftp), path: ["tftp"] });
  if (nextServer !== null) found.push({ what: "the TFTP server", host: nextServer, path: ["dhcp", "nextServer"] });
  if (prometheus !== undefined)
    found.push({ what: "Prometheus", host: new URL(prometheus.url).hostname, path: ["prometheus"] });
  for (const [index, socket] of settings.haproxy.entries()) {
    const host = /^tcp:(.+)$/.exec(socket)?.[1];
    if (host !== undefined) found.push({ what: "HAProxy", host: withoutPort(host), path: ["haproxy", index] });
  }
  for (const [index, { name, address }] of settings.storage.entries())
    found.push({ what: `the storage server ${name}`, host: address, path: ["storage", index, "address"] });
  return found;
}

const withoutPort = (address: string): string => address.replace(/:\d+$/, "");

function storageProblems({ storage, prometheus }: Settings): { path: PropertyKey[]; message: string }[] {
  const names = storage.map(({ name }) => name);
  const addresses = storage.map(({ address }) => address);
  return storage.flatMap(({ name, address, mirror, failOver }, index) => {
    const found: { path: PropertyKey[]; message: string }[] = [];
    if (names.indexOf(name) !== index)
      found.push({
        path: ["storage", index, "name"],
        message: `${name} is already the name of another storage server`,
      });
    if (mirror !== undefined && (mirror === name || !names.includes(mirror)))
      found.push({
        path: ["storage", index, "mirror"],
        message: `expected the name of another storage server, got ${mirror}`,
      });
    if (addresses.indexOf(address) !== index)
      found.push({
        path: ["storage", index, "address"],
        message: `${address} is already the address of another storage server: which images lie on which could not be told`,
      });
    const path = ["storage", index, "failOver"];
    if (failOver !== "manual" && mirror === undefined)
      found.push({ path, message: `${failOver} needs a mirror, to which its machines can go` });
    if (failOver !== "manual" && prometheus === undefined)
      found.push({ path, message: `${failOver} needs prometheus: a server is dead only when two sources say so` });
    return found;
  });
}
