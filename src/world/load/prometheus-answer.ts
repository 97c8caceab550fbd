/** Reads one number, or one series over time, out of Prometheus' answer, and refuses everything that is not exactly that (S2). */
import { z } from "zod";

export type Answer = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly why: string };

const sampleSchema = z.tuple([z.number(), z.string().max(64)]);
const matrixSchema = z.array(z.object({ values: z.array(sampleSchema) }));
const vectorSchema = z.array(z.object({ value: sampleSchema }));
const envelopeSchema = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("success"),
    warnings: z.array(z.string()).optional(),
    data: z.object({ resultType: z.string().max(64), result: z.unknown() }),
  }),
  z.object({ status: z.literal("error"), errorType: z.string().default("error"), error: z.string().default("") }),
]);

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const MAX_QUOTED = 200;

/** One value from the body of an HTTP answer. Reasons quote what Prometheus said, made safe for terminals and logs. */
export function parseAnswer(httpStatus: number, body: string): Answer {
  const data = parseData(httpStatus, body);
  return data.ok ? singleValue(data.resultType, data.result) : data;
}

/** A moment in seconds since 1970, and the value; null: a value that is no finite number. */
export type Point = readonly [atS: number, value: number | null];
export type RangeAnswer = { readonly ok: true; readonly points: readonly Point[] } | Refused;

/** The points of one series; none where no series matched, for a history may have gaps. */
export function parseRange(httpStatus: number, body: string): RangeAnswer {
  const data = parseData(httpStatus, body);
  if (!data.ok) return data;
  if (data.resultType !== "matrix") return refuse(`expected values over time, got a ${quote(data.resultType)}`);
  const matrix = matrixSchema.safeParse(data.result);
  if (!matrix.success) return refuse("the answer's matrix is malformed");
  const [first, ...others] = matrix.data;
  if (others.length > 0) return refuse(`expected one series, got ${others.length + 1}`);
  const points = (first?.values ?? []).map(([atS, text]): Point => {
    const value = parseNumber(text);
    return [atS, value.ok ? value.value : null];
  });
  return { ok: true, points };
}

type Refused = { readonly ok: false; readonly why: string };
type Data = { readonly ok: true; readonly resultType: string; readonly result: unknown };

function parseData(httpStatus: number, body: string): Data | Refused {
  const envelope = envelopeSchema.safeParse(parseJson(body));
  if (!envelope.success) return refuse(refusalOf(httpStatus));
  const answer = envelope.data;
  if (answer.status === "error") return refuse(`Prometheus says ${quote(`${answer.errorType}: ${answer.error}`)}`);
  if (httpStatus !== 200) return refuse(refusalOf(httpStatus));

  const [warning] = answer.warnings ?? [];
  // A success with warnings is what a federation or a remote store gives when one of its parts did not answer.
  if (warning !== undefined) return refuse(`the answer bears a warning: ${quote(warning)}`);
  return { ok: true, resultType: answer.data.resultType, result: answer.data.result };
}

function singleValue(resultType: string, result: unknown): Answer {
  if (resultType === "scalar") {
    const sample = sampleSchema.safeParse(result);
    return sample.success ? parseNumber(sample.data[1]) : refuse("the answer's scalar is malformed");
  }
  if (resultType !== "vector") return refuse(`expected one value, got a ${quote(resultType)}`);

  const vector = vectorSchema.safeParse(result);
  if (!vector.success) return refuse("the answer's vector is malformed");
  const [first, ...others] = vector.data;
  if (first === undefined) return refuse("no series matched");
  if (others.length > 0) return refuse(`expected one value, got ${others.length + 1} series`);
  return parseNumber(first.value[1]);
}

/** Prometheus writes values as strings, also `NaN`, `+Inf` and `-Inf`. */
function parseNumber(text: string): Answer {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? { ok: true, value } : refuse(`the value is ${quote(text)}`);
}

function refusalOf(httpStatus: number): string {
  if (httpStatus >= 300 && httpStatus < 400) return `a redirect (HTTP ${httpStatus}), which retask does not follow`;
  if (httpStatus === 401 || httpStatus === 403) return `Prometheus refused the credentials (HTTP ${httpStatus})`;
  if (httpStatus !== 200) return `HTTP ${httpStatus}`;
  return "the answer is not one of Prometheus' API";
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const refuse = (why: string): Refused => ({ ok: false, why });

/** Foreign text in a reason reaches logs and terminals: printable ASCII only, and not much of it. */
function quote(text: string): string {
  const safe = text.replaceAll(/[^\x20-\x7e]/g, "?");
  return safe.length > MAX_QUOTED ? `${safe.slice(0, MAX_QUOTED)}…` : safe;
}
