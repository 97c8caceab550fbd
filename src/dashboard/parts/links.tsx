/** Names that lead somewhere: machines, roles, decisions. */

import { isTicking } from "../data/answers.ts";
import { live } from "../data/live.ts";
import { addressOf } from "../route.ts";

interface Named {
  readonly name: string;
}

export const MachineLink = ({ name }: Named) => <a href={addressOf("machines", name)}>{name}</a>;

/** `spare` and `pool` are no roles, and lead nowhere. */
export function RoleLink({ name }: Named) {
  return name === "spare" || name === "pool" ? <span>{name}</span> : <a href={addressOf("roles", name)}>{name}</a>;
}

/** A role's or a machine's name, whichever it is. */
export function Subject({ name }: Named) {
  const status = live.status.value;
  const isRole = isTicking(status) && status.roles.some(({ role }) => role === name);
  if (isRole) return <RoleLink name={name} />;
  return live.grid.value.byName.has(name) ? <MachineLink name={name} /> : <span>{name}</span>;
}

/** Always in the order of the policies, so that a role keeps its colour. */
export function roleIndex(name: string | null): number {
  const status = live.status.value;
  if (!isTicking(status) || name === null) return -1;
  return status.roles.findIndex(({ role }) => role === name);
}
