/** Operations under way: how far each has come, how long it has taken against what is usual, and what it waits for. */
import type { FinishedAnswer, OperationAnswer } from "../data/answers.ts";
import { duration, median, PHASES, phaseWords } from "../words.ts";
import { MachineLink, RoleLink } from "./links.tsx";
import { Table } from "./table.tsx";

interface OperationsProps {
  readonly operations: readonly OperationAnswer[];
  readonly finished: readonly FinishedAnswer[];
  readonly nowMs: number;
}

export function OperationsTable({ operations, finished, nowMs }: OperationsProps) {
  return (
    <Table
      label="Operations under way"
      columns={["Machine", "Way", "Phase", "Elapsed", "Waits for"]}
      isEmpty={operations.length === 0}
      empty="No machine is on its way."
    >
      {operations.map((operation) => (
        <tr key={operation.id}>
          <th scope="row">
            <MachineLink name={operation.machine} />
          </th>
          <td>
            <RoleLink name={operation.from} /> to <RoleLink name={operation.to} />
          </td>
          <td>
            <Phase phase={operation.phase} phaseMs={operation.phaseMs} />
          </td>
          <td>
            <Elapsed ms={Math.max(0, nowMs - operation.startedMs)} usualMs={usualMs(finished, operation.to)} />
          </td>
          <td class="wide">
            {[operation.waitsFor, operation.why].filter((text) => text !== null && text !== "").join("; ")}
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** `undoing` stands outside of the way: it leads back. */
export function Phase({ phase, phaseMs }: { readonly phase: string; readonly phaseMs: number }) {
  const step = PHASES.indexOf(phase);
  const isOnItsWay = step >= 0;
  return (
    <span class="phase">
      {isOnItsWay && (
        <span class="steps" aria-hidden="true">
          {PHASES.map((one, index) => (
            <i key={one} data-step={index < step ? "done" : index === step ? "now" : "ahead"} />
          ))}
        </span>
      )}
      <span>
        {phaseWords(phase)}, {duration(phaseMs)}
        {isOnItsWay && (
          <span class="dim">
            {" "}
            ({step + 1} of {PHASES.length})
          </span>
        )}
      </span>
    </span>
  );
}

/** The usual time is the median of those that were done and went to the same role. */
export const usualMs = (finished: readonly FinishedAnswer[], to: string): number | null =>
  median(
    finished
      .filter((one) => one.outcome === "done" && one.to === to)
      .map(({ endedMs, startedMs }) => endedMs - startedMs),
  );

const LATE_FACTOR = 1.5;

function Elapsed({ ms, usualMs: usual }: { readonly ms: number; readonly usualMs: number | null }) {
  if (usual === null) return <span>{duration(ms)}</span>;
  const isLate = ms > LATE_FACTOR * usual;
  return (
    <span class={isLate ? "warn" : undefined}>
      {duration(ms)} of usually {duration(usual)}
      {isLate && ": longer than usual"}
    </span>
  );
}
