/**
 * Conditions as Alertmanager's API takes them (POST /api/v2/alerts). It forgets an alert that nobody sends again, so each
 * is sent again every minute while it lasts, with an end a few minutes ahead; and, once it is over, for a quarter of an hour
 * with its true end, so that a lost message is made good. Prometheus does the same.
 */
import type { Followed, Over, Told } from "../../core/notify/follow-conditions.ts";
import type { Sender } from "./sender.ts";

/** A minute's message may be lost four times before Alertmanager takes an alert for resolved. */
export const RESEND_MS = 60_000;
const ENDS_AHEAD_MS = 5 * RESEND_MS;
/** More conditions than anybody reads; the newest are sent. */
const MOST_ALERTS = 1_000;

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

/** `kinds`: those that this Alertmanager is told of. */
export function alertsOf(
  { told, over }: Pick<Followed, "told" | "over">,
  kinds: ReadonlySet<string>,
  sender: Sender,
  nowMs: number,
): Alert[] {
  const lasting = [...told.values()].map((one) => alertOf(one, nowMs + ENDS_AHEAD_MS, sender));
  // The same condition may have begun anew: then it lasts.
  const ended = over.filter(({ key }) => !told.has(key)).map((one) => alertOf(one, one.overMs, sender));
  return [...ended, ...lasting].filter(({ labels }) => kinds.has(labels.kind ?? "")).slice(-MOST_ALERTS);
}

/** Labels are its identity, and must not change while it lasts: words that do are annotations. */
function alertOf(one: Told | Over, endsMs: number, { from, url, dryRun }: Sender): Alert {
  const { key, kind, subject, severity, summary, next, sinceMs } = one;
  return {
    labels: {
      alertname: `Retask${kind.charAt(0).toUpperCase()}${kind.slice(1)}`,
      kind,
      subject,
      severity,
      condition: key,
      controller: from,
      ...(dryRun && { dry_run: "true" }),
    },
    annotations: { summary, description: next },
    // A clock that was set back must not make an alert end before it began: Alertmanager refuses such a one.
    startsAt: new Date(Math.min(sinceMs, endsMs)).toISOString(),
    endsAt: new Date(endsMs).toISOString(),
    generatorURL: url,
  };
}
