/**
 * The pool at a glance: roles, what is under way, machines by rack, the timeline, and what was not done. Roll-outs, file
 * servers and maintenance are there only where there are any.
 */

import { openAction } from "../actions/open-actions.ts";
import type { OperationsAnswer, PoolStatus } from "../data/answers.ts";
import { useAnswer } from "../data/use-answer.ts";
import { FileServersTable } from "../parts/file-servers.tsx";
import { Grid } from "../parts/grid.tsx";
import { isMaintenance, MaintenanceTable } from "../parts/maintenance.tsx";
import { NotDoneTable } from "../parts/not-done.tsx";
import { OperationsTable } from "../parts/operations.tsx";
import { OverrideLines } from "../parts/override-lines.tsx";
import { RolesTable } from "../parts/roles-table.tsx";
import { RolloutsTable } from "../parts/rollouts.tsx";
import { Section } from "../parts/section.tsx";
import { Timeline } from "../timeline/timeline.tsx";

interface OverviewProps {
  readonly status: PoolStatus;
  readonly query: URLSearchParams;
}

/** The finished ones tell how long an operation usually takes: a few minutes' worth of age does not matter. */
const SELDOM_MS = 60_000;

export function OverviewView({ status, query }: OverviewProps) {
  const finished = useAnswer<OperationsAnswer>("v1/operations?limit=200", SELDOM_MS).data?.finished ?? [];
  const { overrides, rollouts, storage } = status;
  return (
    <>
      <h1 class="unseen">Overview</h1>
      <Section title="Roles" aside={<PoolActions status={status} />}>
        <RolesTable roles={status.roles} nowMs={status.atMs} />
        <OverrideLines overrides={overrides.filter((one) => !isMaintenance(one))} nowMs={status.atMs} />
      </Section>
      {rollouts.length > 0 && (
        <Section title="Roll-outs" aside={<a href="#/rollouts">All of them</a>}>
          <RolloutsTable rollouts={rollouts} />
        </Section>
      )}
      <Section title="Operations">
        <OperationsTable operations={status.operations} finished={finished} nowMs={status.atMs} />
      </Section>
      {overrides.some(isMaintenance) && (
        <Section title="Maintenance">
          <MaintenanceTable status={status} />
        </Section>
      )}
      {storage.length > 0 && (
        <Section title="File servers">
          <FileServersTable servers={storage} nowMs={status.atMs} />
        </Section>
      )}
      <Grid query={query} />
      <Timeline query={query} />
      <Section title="Not done, and why" aside={<a href="#/plan">The whole plan</a>}>
        <NotDoneTable notDone={status.notDone} nowMs={status.atMs} most={20} />
      </Section>
    </>
  );
}

function PoolActions({ status }: { readonly status: PoolStatus }) {
  const scope = { kind: "pool" } as const;
  const isPaused = status.overrides.some(({ act }) => act.kind === "pause" && act.scope.kind === "pool");
  return isPaused ? (
    <button type="button" onClick={() => openAction.set({ kind: "resume", scope })}>
      Resume the pool
    </button>
  ) : (
    <button type="button" onClick={() => openAction.set({ kind: "pause", scope })}>
      Pause the pool
    </button>
  );
}
