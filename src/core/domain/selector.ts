/** What operators may write of Prometheus: any expression in one place, a bare selector in another. */
import { z } from "zod";

const EXPRESSION = "expected a PromQL expression";

export const promqlSchema = z
  .string({ error: EXPRESSION })
  .trim()
  .min(1, EXPRESSION)
  .max(4_096, EXPRESSION)
  .meta({ title: "PromQL" });

const STRING = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/.source;
const MATCHER = `[a-zA-Z_][a-zA-Z0-9_]*\\s*(?:=~|!~|!=|=)\\s*(?:${STRING})\\s*`;
const MATCHERS = `\\{\\s*${MATCHER}(?:,\\s*${MATCHER})*,?\\s*\\}`;
const METRIC = "[a-zA-Z_:][a-zA-Z0-9_:]*";
/** A metric's name, its matchers, or both; an empty `{}` would select everything (S3), and is none. */
const SELECTOR = new RegExp(`^(?:${METRIC}\\s*(?:\\{\\s*\\}|${MATCHERS})?|${MATCHERS})$`);

/** Whether the text is a bare selector: no function, operator, range or modifier, and not the one that selects everything. */
export const isSelector = (text: string): boolean => SELECTOR.test(text.trim());

const HINT =
  'expected a bare selector, as in up{job="web"}; for a function, an operator or a range use expression: with ageOf:';

/**
 * A selector alone: value, age and count are composed around it, which no expression allows.
 * `missing` is what the operator reads when there is none.
 */
export function selectorSchema(missing: string) {
  return z
    .string({ error: missing })
    .trim()
    .min(1, { error: missing, abort: true })
    .max(4_096, { error: HINT, abort: true })
    .refine(isSelector, HINT)
    .meta({ title: "PromQL selector" });
}
