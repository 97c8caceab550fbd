/** The pool at a glance: roles, machines by rack, the timeline, what is under way, and what was not done. */

import { openAction } from "../actions/open-actions.ts";
import type { OperationsAnswer, PoolStatus } from "../data/answers.ts";
import { useAnswer } from "../data/use-answer.ts";
import { Grid } from "../parts/grid.tsx";
import { NotDoneTable } from "../parts/not-done.tsx";
import { OperationsTable } from "../parts/operations.tsx";
import { OverrideLines } from "../parts/override-lines.tsx";
import { RolesTable } from "../parts/roles-table.tsx";
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
  return (
    <>
      <h1 class="unseen">Overview</h1>
      <Section title="Roles" aside={<PoolActions status={status} />}>
        <RolesTable roles={status.roles} nowMs={status.atMs} />
        <OverrideLines overrides={status.overrides} nowMs={status.atMs} />
      </Section>
      <Section title="Operations">
        <OperationsTable operations={status.operations} finished={finished} nowMs={status.atMs} />
      </Section>
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
