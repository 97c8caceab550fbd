/**
 * YAML that is parsed once, whoever needs it of the steps of one command: of twenty thousand machines it takes seconds. For
 * the command line alone, which ends soon: what is remembered stays in memory.
 */
import { type ParsedYaml, parseYaml } from "../../control/configuration/parse-yaml.ts";

interface Known {
  readonly parsed: ParsedYaml;
  readonly hasTokens: boolean;
}
const known = new Map<string, Known>();

/** `needsTokens`: to edit it. They are half of what a parsed file takes. The answer is shared: nobody may change it. */
export function parseOnce(file: string, text: string, needsTokens = false): ParsedYaml {
  const key = `${file}\n${text}`;
  const before = known.get(key);
  if (before !== undefined && (before.hasTokens || !needsTokens)) return before.parsed;
  const parsed = parseYaml(file, text, needsTokens);
  known.set(key, { parsed, hasTokens: needsTokens });
  return parsed;
}
