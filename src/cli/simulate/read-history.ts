/** Recorded demand for a back-test: a CSV file, or Prometheus. */
import { readFile } from "node:fs/promises";
import { type Info, parse } from "csv-parse/sync";
import { type RoleName, roleNameSchema } from "../../core/domain/names.ts";
import type { Settings } from "../../core/domain/settings.ts";
import type { Site } from "../../core/domain/site.ts";
import { type DemandHistory, historyOf, MINUTE_MS, type Sample } from "../../simulation/backtest/demand-history.ts";
import { prometheusHistory } from "../../world/load/prometheus-history.ts";
import { CommandFailed } from "../command-failed.ts";

const MOST_CSV_BYTES = 200_000_000;
const PIECE_DEADLINE_MS = 60_000;
const TIME = "time";

/** What may be recorded beside a role's demand, as columns `web.machines` and `web.signal`: only `retask calibrate` reads it. */
export type Beside = "machines" | "signal";

export interface RecordedCsv {
  readonly demand: ReadonlyMap<RoleName, readonly Sample[]>;
  readonly beside: Readonly<Record<Beside, ReadonlyMap<RoleName, readonly Sample[]>>>;
}

/** `time,web,api`: a moment (ISO 8601 with its zone, or seconds since 1970), then each role's demand in its own unit; empty: unknown. */
export async function readCsv(file: string, site: Site): Promise<RecordedCsv> {
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw new CommandFailed(`${file} can't be read: ${error.message}`);
  });
  return parseCsv(text, file, site);
}

export function parseCsv(text: string, file: string, site: Site): RecordedCsv {
  if (text.length > MOST_CSV_BYTES) throw new CommandFailed(`${file} is larger than ${MOST_CSV_BYTES} bytes`);
  const rows = rowsOf(text, file);
  const [title = [], ...lines] = rows;
  const [first, ...names] = title;
  if (first !== TIME || names.length === 0)
    throw new CommandFailed(`${file}:1: expected the columns ${TIME} and one for each measured role, as in: time,web`);
  const empty = (): Map<RoleName, Sample[]> => new Map();
  const found = { demand: empty(), beside: { machines: empty(), signal: empty() } };
  const columns = names.map((name): Sample[] => {
    const samples: Sample[] = [];
    const [, role = name, beside] = /^(.*)\.(machines|signal)$/.exec(name) ?? [];
    const into = beside === undefined ? found.demand : found.beside[beside as Beside];
    const owner = measuredRole(role, file, site);
    if (into.has(owner)) throw new CommandFailed(`${file}:1: the column ${name} is there twice`);
    into.set(owner, samples);
    return samples;
  });
  lines.forEach(([moment = "", ...values], index) => {
    const where = `${file}:${index + 2}`;
    const atMs = momentOf(moment, where);
    columns.forEach((samples, column) => {
      samples.push({ atMs, value: loadOf(values[column] ?? "", where) });
    });
  });
  return found;
}

function rowsOf(text: string, file: string): string[][] {
  try {
    return parse(text, { bom: true, skip_empty_lines: true, trim: true, max_record_size: 10_000 });
  } catch (error) {
    const { lines } = error as Partial<Info>;
    throw new CommandFailed(`${file}:${lines ?? 1}: ${(error as Error).message}`);
  }
}

function measuredRole(name: string, file: string, site: Site): RoleName {
  const role = roleNameSchema.safeParse(name);
  const policy = role.success ? site.policies.get(role.data) : undefined;
  if (policy !== undefined && policy.demand.kind !== "rest") return policy.role;
  const measured = [...site.policies.values()]
    .filter(({ demand }) => demand.kind !== "rest")
    .map(({ role: own }) => own);
  throw new CommandFailed(
    `${file}:1: ${JSON.stringify(name)} is no measured role of the site; these are: ${measured.join(", ")}`,
  );
}

function momentOf(text: string, where: string): number {
  const atMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text);
  const isZoned = /^\d+(\.\d+)?$|(?:Z|[+-]\d\d:?\d\d)$/.test(text);
  if (isZoned && Number.isFinite(atMs) && atMs > 0) return atMs;
  throw new CommandFailed(
    `${where}: expected a time with its zone, as in 2026-11-23T18:00:00Z, or seconds since 1970, got ${JSON.stringify(text)}`,
  );
}

function loadOf(text: string, where: string): number | null {
  if (text === "") return null;
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new CommandFailed(
    `${where}: expected a load of 0 or more, or nothing where it is not known, got ${JSON.stringify(text)}`,
  );
}

/** `sinceMs`: how far to look back from now. */
export async function historyFromPrometheus(
  prometheus: Pick<NonNullable<Settings["prometheus"]>, "url" | "tokenFile">,
  sinceMs: number,
  nowMs: number,
  site: Site,
): Promise<DemandHistory> {
  const source = prometheusHistory({ ...prometheus, deadlineMs: PIECE_DEADLINE_MS });
  const samples = new Map<RoleName, readonly Sample[]>();
  for (const { role, demand } of site.policies.values()) {
    if (demand.kind === "rest") continue;
    if (demand.kind === "distcc")
      throw new CommandFailed(
        `role ${role} is measured on its own distccds, whose past Prometheus does not know; give its demand as CSV`,
      );
    const history = await source.read(demand, nowMs - sinceMs, nowMs);
    if (!history.ok) throw new CommandFailed(`the demand of ${role} can't be read: ${history.why}`);
    samples.set(role, history.points);
  }
  return nonEmpty(samples, prometheus.url);
}

/** Each role's expression over the same time; what it yields is taken as it is. */
export async function expressionsFromPrometheus(
  prometheus: Pick<NonNullable<Settings["prometheus"]>, "url" | "tokenFile">,
  queries: ReadonlyMap<RoleName, string>,
  { startMs, minutes }: DemandHistory,
): Promise<ReadonlyMap<RoleName, readonly Sample[]>> {
  const source = prometheusHistory({ ...prometheus, deadlineMs: PIECE_DEADLINE_MS });
  const samples = new Map<RoleName, readonly Sample[]>();
  for (const [role, promql] of queries) {
    const history = await source.readExpression(promql, startMs, startMs + minutes * MINUTE_MS);
    if (!history.ok) throw new CommandFailed(`${promql} of ${role} can't be read: ${history.why}`);
    samples.set(role, history.points);
  }
  return samples;
}

export function nonEmpty(samples: ReadonlyMap<RoleName, readonly Sample[]>, source: string): DemandHistory {
  for (const [role, given] of samples)
    if (given.length === 0) throw new CommandFailed(`${source} has no sample of the demand of ${role} in this time`);
  return historyOf(samples);
}
