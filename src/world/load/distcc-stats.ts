/** The text of distccd's statistics, read strictly: a missing or odd number makes the whole answer worthless. */
import type { DistccLoad } from "../../core/domain/observation.ts";
import type { Heard } from "../ports.ts";

/** How an accepted connection can have ended; what was accepted and has not ended is in flight. */
const OUTCOMES = [
  "dcc_rej_bad_req",
  "dcc_rej_overload",
  "dcc_compile_ok",
  "dcc_compile_error",
  "dcc_compile_timeout",
  "dcc_cli_disconnect",
  "dcc_other",
] as const;
const ACCEPTED = "dcc_tcp_accept";
const SLOTS = "dcc_max_kids";

const BODY = /<distccstats>\n(.*)<\/distccstats>/s;
const COUNTER = /^\d{1,15}$/;

export const STATS_END = "</distccstats>";

/** In flight = accepted − every outcome (agreed with reality in each measurement); the queue never shows here. */
export function parseDistccStats(answer: string): Heard<DistccLoad> {
  const body = BODY.exec(answer)?.[1];
  if (body === undefined) return refuse("no <distccstats> in the answer");

  const fields = new Map<string, number>();
  for (const name of [ACCEPTED, ...OUTCOMES, SLOTS]) {
    const value = readCounter(body, name);
    if (!value.ok) return value;
    fields.set(name, value.value);
  }
  const field = (name: string): number => fields.get(name) ?? 0;
  const inFlight = field(ACCEPTED) - OUTCOMES.reduce((sum, name) => sum + field(name), 0);
  if (inFlight < 0) return refuse(`${-inFlight} more jobs ended than were accepted`);
  if (field(SLOTS) === 0) return refuse(`${SLOTS} is 0`);
  return { ok: true, value: { inFlight, queue: null, slots: field(SLOTS) } };
}

function readCounter(body: string, name: string): Heard<number> {
  const values = body.split("\n").filter((line) => line.startsWith(`${name} `));
  const [line] = values;
  if (line === undefined) return refuse(`${name} is missing`);
  if (values.length > 1) return refuse(`${name} appears ${values.length} times`);
  const text = line.slice(name.length + 1);
  return COUNTER.test(text) ? { ok: true, value: Number(text) } : refuse(`${name} is not a number`);
}

const refuse = (why: string): { readonly ok: false; readonly why: string } => ({ ok: false, why });
