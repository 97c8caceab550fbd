/** For a name that the daemon does not know: the one that was most likely meant, as the daemon knows them. */
import { suggestKey } from "../control/configuration/suggest-key.ts";
import { describeAct } from "../core/domain/describe-override.ts";
import type { Override } from "../core/domain/override.ts";
import { isTicking, type MachinesAnswer, type StatusAnswer } from "./answers.ts";

/** One more question to the daemon; null where it did not answer. */
type Get = <T>(path: string) => Promise<T | null>;

/** What people write is no name of anything. */
const PROSE = new Set(["author", "reason", "for", "until", "confirm"]);

interface Asked {
  readonly path: string;
  readonly body?: object;
}

/** To be put behind the refusal; empty where nothing helps. */
export async function hintFor(code: string | null, question: Asked, get: Get): Promise<string> {
  switch (code) {
    case "RTK_UNKNOWN_MACHINE": {
      const answer = await get<MachinesAnswer>("/v1/machines");
      return guess(question, answer?.machines.map(({ name }) => name) ?? []);
    }
    case "RTK_UNKNOWN_ROLE": {
      const status = await get<StatusAnswer>("/v1/status");
      return guess(question, status !== null && isTicking(status) ? status.roles.map(({ role }) => role) : []);
    }
    case "RTK_UNKNOWN_OVERRIDE": {
      const answer = await get<{ readonly overrides: readonly Override[] }>("/v1/overrides");
      if (answer === null) return "";
      const acts = answer.overrides.map(({ act }) => describeAct(act));
      return `\n  in force: ${acts.join(", ") || "none"}`;
    }
    default:
      return "";
  }
}

export const didYouMean = (wrong: string, known: readonly string[]): string => {
  const near = suggestKey(wrong, known);
  return near === null ? "" : `; did you mean ${near}?`;
};

/** Whichever of the names that were sent is not known, but nearly. */
function guess({ path, body }: Asked, known: readonly string[]): string {
  const sent = [...decodeURIComponent(path).split(/[/?&=,]/), ...stringsIn(body)].filter(
    (word) => !known.includes(word),
  );
  return sent.map((word) => didYouMean(word, known)).find((hint) => hint !== "") ?? "";
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (PROSE.has(key) ? [] : stringsIn(inner)));
}
