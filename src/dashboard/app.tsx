/** The page's frame: what is always there, and the view that the address names. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ActionDialog } from "./actions/action-dialog.tsx";
import { TokenDialog } from "./actions/token-dialog.tsx";
import { isTicking } from "./data/answers.ts";
import { useBox } from "./data/box.ts";
import { live } from "./data/live.ts";
import { FirstLine } from "./parts/first-line.tsx";
import { Masthead } from "./parts/masthead.tsx";
import { Notices } from "./parts/notices.tsx";
import { type Route, useRoute } from "./route.ts";
import { AuditView } from "./views/audit.tsx";
import { DecisionView } from "./views/decision.tsx";
import { DecisionsView } from "./views/decisions.tsx";
import { MachineView } from "./views/machine.tsx";
import { OverridesView } from "./views/overrides.tsx";
import { OverviewView } from "./views/overview.tsx";
import { PlanView } from "./views/plan.tsx";
import { RoleView } from "./views/role.tsx";
import { RolloutView } from "./views/rollout.tsx";

export function App() {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const place = `${route.view}/${route.subject ?? ""}`;
  const first = useRef(place);
  // A screen reader is told where it is now; but not at the start, when the browser says so itself.
  useEffect(() => {
    document.title = `${route.subject ?? route.view} – retask`;
    if (first.current !== place) main.current?.focus();
    first.current = place;
  }, [place]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Masthead view={route.view} />
      <FirstLine />
      <main id="main" ref={main} tabIndex={-1} aria-label={route.subject ?? route.view}>
        <View route={route} />
      </main>
      <Notices />
      <ActionDialog />
      <TokenDialog />
    </>
  );
}

function View({ route }: { readonly route: Route }) {
  const { view, subject } = route;
  const status = useBox(live.status);
  if (view === "audit") return <AuditView query={route.query} />;
  if (view === "decisions")
    return subject === null ? <DecisionsView query={route.query} /> : <DecisionView id={subject} />;
  if (view === "machines" && subject !== null) return <MachineView key={subject} name={subject} />;
  if (view === "rollouts") return <RolloutView key={subject} role={subject} />;
  if (!isTicking(status)) return <Waiting>{status === null ? "Asking retask …" : "No tick has ended yet."}</Waiting>;
  if (view === "roles" && subject !== null)
    return <RoleView key={subject} name={subject} status={status} query={route.query} />;
  if (view === "plan") return <PlanView status={status} />;
  if (view === "overrides") return <OverridesView status={status} />;
  if (view === "overview") return <OverviewView status={status} query={route.query} />;
  return (
    <Waiting>
      There is nothing at this address. <a href="#/">To the overview</a>
    </Waiting>
  );
}

const Waiting = ({ children }: { readonly children: ComponentChildren }) => <p class="waiting">{children}</p>;
