/** Each role in a row: what it needs, what it has, and what follows. */
import type { RoleAnswer } from "../data/answers.ts";
import { RoleLink, roleIndex } from "./links.tsx";
import { Table } from "./table.tsx";

interface RolesTableProps {
  readonly roles: readonly RoleAnswer[];
  readonly nowMs: number;
}

const COLUMNS = ["Role", "Serving", "Desired", "Wanted", "Floor", "On the way", "Demand", "State"];

export function RolesTable({ roles }: RolesTableProps) {
  return (
    <Table label="Roles" columns={COLUMNS} isEmpty={roles.length === 0} empty="There is no role.">
      {roles.map((role) => (
        <RoleRow key={role.role} role={role} />
      ))}
    </Table>
  );
}

function RoleRow({ role }: { readonly role: RoleAnswer }) {
  const { counts, wanted, desired, floor } = role;
  return (
    <tr>
      <th scope="row" class="role-name" data-role={roleIndex(role.role)}>
        <RoleLink name={role.role} />
      </th>
      <td>
        {counts.capacity} <Shortage role={role} />
      </td>
      <td>{desired}</td>
      <td>{wanted.hungry ? "the rest" : (wanted.count ?? "unknown")}</td>
      <td>
        {floor}
        {counts.forFloor < floor && <span class="bad">, below it with {counts.forFloor}</span>}
      </td>
      <td>{wayWords(role)}</td>
      <td class="wide">{wanted.hungry ? "what is left" : role.demandText}</td>
      <td>{role.state}</td>
    </tr>
  );
}

/** Machines that demand asks for and that do not serve now; of an unknown demand nobody can say. */
export const shortBy = ({ wanted, counts }: RoleAnswer): number =>
  wanted.hungry || wanted.count === null ? 0 : Math.max(0, wanted.count - counts.capacity);

export function Shortage({ role }: { readonly role: RoleAnswer }) {
  const short = shortBy(role);
  return short === 0 ? null : (
    <a class="short" href={`#/roles/${role.role}`}>
      short of {short}: why?
    </a>
  );
}

function wayWords({ counts: { arriving, leaving } }: RoleAnswer): string {
  const words = [arriving > 0 ? `${arriving} arriving` : "", leaving > 0 ? `${leaving} leaving` : ""];
  return words.filter((word) => word !== "").join(", ") || "–";
}
