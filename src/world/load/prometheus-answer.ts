/** Reads one number out of Prometheus' answer to an instant query, and refuses everything that is not exactly that (S2). */
import { z } from "zod";

export type Answer = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly why: string };

const sampleSchema = z.tuple([z.number(), z.string().max(64)]);
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
  const envelope = envelopeSchema.safeParse(parseJson(body));
  if (!envelope.success) return refuse(refusalOf(httpStatus));
  const answer = envelope.data;
  if (answer.status === "error") return refuse(`Prometheus says ${quote(`${answer.errorType}: ${answer.error}`)}`);
  if (httpStatus !== 200) return refuse(refusalOf(httpStatus));

  const [warning] = answer.warnings ?? [];
  // A success with warnings is what a federation or a remote store gives when one of its parts did not answer.
  if (warning !== undefined) return refuse(`the answer bears a warning: ${quote(warning)}`);
  return singleValue(answer.data.resultType, answer.data.result);
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

const refuse = (why: string): Answer => ({ ok: false, why });

/** Foreign text in a reason reaches logs and terminals: printable ASCII only, and not much of it. */
function quote(text: string): string {
  const safe = text.replaceAll(/[^\x20-\x7e]/g, "?");
  return safe.length > MAX_QUOTED ? `${safe.slice(0, MAX_QUOTED)}…` : safe;
}
