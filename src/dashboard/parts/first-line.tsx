/** The line that is read first: healthy, or why not; the mode; and how old all of this is. */
import { useEffect, useState } from "preact/hooks";
import { tokenAsked } from "../actions/open-actions.ts";
import { isTicking, type StatusAnswer } from "../data/answers.ts";
import { useBox } from "../data/box.ts";
import { type Connection, type Freshness, live } from "../data/live.ts";
import { duration } from "../words.ts";

const MOST_REASONS = 6;

export function FirstLine() {
  const status = useBox(live.status);
  const connection = useBox(live.connection);
  const health = connection === "lost" || connection === "token" ? connection : (status?.health ?? "connecting");
  return (
    <section class="first-line" data-health={health} aria-label="State of the pool">
      <div class="first-line-row">
        <p class="health" role="status" aria-live="polite">
          <strong>{headline(status, connection)}</strong>
        </p>
        <Facts status={status} />
      </div>
      {connection === "token" ? (
        <button type="button" onClick={() => tokenAsked.set(true)}>
          Enter token
        </button>
      ) : (
        <Reasons reasons={status?.reasons ?? []} />
      )}
    </section>
  );
}

function headline(status: StatusAnswer | null, connection: Connection): string {
  if (connection === "lost") {
    return status === null
      ? "No connection: retask does not answer; trying again"
      : "Connection lost: retask does not answer; what is shown below is old; trying again";
  }
  if (connection === "token") return "A token is needed to look at this retask";
  if (status === null) return "Asking retask …";
  const [first] = status.reasons;
  if (first === undefined) return "Healthy";
  const word = { holding: "Holding", degraded: "Degraded", starting: "Starting", healthy: "Healthy" }[status.health];
  return `${word} because ${first}`;
}

/** The first one stands in the headline. */
function Reasons({ reasons }: { readonly reasons: readonly string[] }) {
  const more = reasons.slice(1);
  if (more.length === 0) return null;
  return (
    <ul class="reasons">
      {more.slice(0, MOST_REASONS).map((reason) => (
        <li key={reason}>{reason}</li>
      ))}
      {more.length > MOST_REASONS && <li>and {more.length - MOST_REASONS} more</li>}
    </ul>
  );
}

function Facts({ status }: { readonly status: StatusAnswer | null }) {
  const freshness = useBox(live.freshness);
  const connection = useBox(live.connection);
  return (
    <p class="facts">
      {isTicking(status) && <Mode status={status} />}
      {freshness !== null && <Age freshness={freshness} />}
      <span class="connection" data-connection={connection}>
        {CONNECTION_WORDS[connection]}
      </span>
    </p>
  );
}

const CONNECTION_WORDS: Readonly<Record<Connection, string>> = {
  connecting: "connecting",
  live: "live",
  polling: "asking every 10 s",
  lost: "no connection",
  token: "locked",
};

function Mode({ status }: { readonly status: Extract<StatusAnswer, { readonly mode: unknown }> }) {
  const words = [status.mode === "advise" ? "advises only" : "acts by itself"];
  if (status.dryRun) words.push("dry run");
  if (!status.adopted) words.push("not adopted");
  return <span class="mode">{words.join(", ")}</span>;
}

/** More than so many ticks without news is old. */
const OLD_TICKS = 3;

/** Drawn once a second, and nothing else with it. */
function Age({ freshness }: { readonly freshness: Freshness }) {
  const [nowMs, setNow] = useState(performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const ageMs = Math.max(0, nowMs - freshness.seenMs);
  const isOld = ageMs > OLD_TICKS * freshness.tickMs;
  return (
    <span class="age" data-old={isOld}>
      {isOld ? "OLD: " : ""}data {duration(ageMs)} old
    </span>
  );
}
