/** The file servers, a row each: what its two sources say, who runs from it, and what a fail-over waits for. */
import { openAction } from "../actions/open-actions.ts";
import type { StorageAnswer } from "../data/answers.ts";
import { moment } from "../words.ts";
import { Table } from "./table.tsx";

interface FileServersProps {
  readonly servers: readonly StorageAnswer[];
  readonly nowMs: number;
}

export const FileServersTable = ({ servers, nowMs }: FileServersProps) => (
  <Table
    label="File servers"
    columns={["Server", "State", "NFS service", "Prometheus", "Machines", "What follows", "Order"]}
    isEmpty={servers.length === 0}
    empty="retask.yaml names no file server."
  >
    {servers.map((server) => (
      <tr key={server.name}>
        <th scope="row">{server.name}</th>
        <td>
          <span class={CLASSES[server.state]}>{STATES[server.state]}</span>
          {server.state !== "well" && server.sinceMs !== null && ` since ${moment(server.sinceMs, nowMs)}`}
        </td>
        <SignCell sign={server.port} up="answers" down="silent" />
        <SignCell sign={server.monitoring} up="up" down="down" />
        <td>
          <Machines server={server} />
        </td>
        <td class="wide">{followsWords(server)}</td>
        <td>
          <ServerActions server={server} />
        </td>
      </tr>
    ))}
  </Table>
);

const STATES: Readonly<Record<StorageAnswer["state"], string>> = {
  well: "serves",
  suspect: "suspect",
  dead: "dead",
  failedOver: "failed over",
  recovered: "recovered",
  failingBack: "failing back",
};
const CLASSES: Readonly<Partial<Record<StorageAnswer["state"], string>>> = {
  suspect: "warn",
  dead: "bad",
  failedOver: "bad",
  recovered: "warn",
};

interface SignCellProps {
  readonly sign: StorageAnswer["port"];
  readonly up: string;
  readonly down: string;
}

/** Unknown is not down. */
function SignCell({ sign, up, down }: SignCellProps) {
  if (sign.kind === "up") return <td>{up}</td>;
  return (
    <td class={`wide ${sign.kind === "down" ? "bad" : "warn"}`}>
      {sign.kind === "down" ? down : "unknown"}: {sign.why}
    </td>
  );
}

function Machines({ server }: { readonly server: StorageAnswer }) {
  const { machines, mostMachines, hanging, away } = server;
  return (
    <>
      {machines}
      {mostMachines !== null && ` of at most ${mostMachines}`}
      {hanging > 0 && <span class="bad">, {hanging} hang</span>}
      {away > 0 && <span class="warn">, {away} elsewhere</span>}
    </>
  );
}

function followsWords({ next, order, withoutCopy, mirror }: StorageAnswer): string {
  return [
    next,
    order === null ? "" : `ordered by ${order.by}: ${order.why}`,
    withoutCopy.length === 0 ? "" : `no copy on ${mirror} of ${withoutCopy.join(", ")}`,
  ]
    .filter((text) => text !== "")
    .join("; ");
}

/** Where the order could be taken; whether it is, its preview says. */
function ServerActions({ server }: { readonly server: StorageAnswer }) {
  const { name, state, port, away } = server;
  const isDead = state === "dead" || (state === "suspect" && port.kind === "down");
  const isHomeless = state === "recovered" || (state === "well" && away > 0);
  if (!isDead && !isHomeless) return null;
  return (
    <button type="button" onClick={() => openAction.set({ kind: isDead ? "failOver" : "failBack", server: name })}>
      {isDead ? "Fail over" : "Fail back"} <span class="unseen">{name}</span>
    </button>
  );
}
