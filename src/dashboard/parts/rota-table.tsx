/** The rota: the planned counts of the coming hours, one role a row. */
import type { RotaAnswer } from "../data/answers.ts";
import { RoleLink } from "./links.tsx";
import { Table } from "./table.tsx";

const MINUTE_MS = 60_000;
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

export function RotaTable({ rota }: { readonly rota: RotaAnswer }) {
  const slots = rota.spare.map((_, slot) => TIME.format(rota.atMs + slot * rota.slotMinutes * MINUTE_MS));
  const isEmpty = rota.roles.length === 0;
  return (
    <>
      <Table label="Rota, in machines" columns={["Role", ...slots]} isEmpty={isEmpty} empty="No role is planned.">
        {rota.roles.map(({ role, counts }) => (
          <Row key={role} name={role} counts={counts} />
        ))}
        <Row name="spare" counts={rota.spare} />
      </Table>
      {rota.roles.map(({ role, summary }) => (
        <p key={role}>
          {role}: {summary}
        </p>
      ))}
    </>
  );
}

/** A count that changes stands out; the others are read over. */
const Row = ({ name, counts }: { readonly name: string; readonly counts: readonly number[] }) => (
  <tr>
    <th scope="row">
      <RoleLink name={name} />
    </th>
    {counts.map((count, slot) => (
      <td key={slot} class={slot > 0 && counts[slot - 1] !== count ? "changed" : undefined}>
        {count}
      </td>
    ))}
  </tr>
);
