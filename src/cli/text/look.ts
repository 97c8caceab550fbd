/** How text may look where it goes: colours, columns, the time zone. */
import { styleText } from "node:util";

export interface Look {
  readonly colour: boolean;
  /** Columns; `Infinity` where no terminal is, so that pipes get whole lines. */
  readonly columns: number;
  /** Lines; `Infinity` where no terminal is. */
  readonly rows: number;
  /** As in Europe/Berlin; undefined: the system's own. */
  readonly timeZone: string | undefined;
}

export const PLAIN: Look = {
  colour: false,
  columns: Number.POSITIVE_INFINITY,
  rows: Number.POSITIVE_INFINITY,
  timeZone: undefined,
};

export type Tone = "good" | "warning" | "bad" | "faint" | "strong";

const FORMATS = { good: "green", warning: "yellow", bad: "red", faint: "dim", strong: "bold" } as const;

/** Nothing is ever said by colour alone. */
export const toned = (look: Look, tone: Tone, text: string): string =>
  // The decision is ours, by the stream that the text really goes to; newer Nodes would ask standard output again.
  look.colour && text !== "" ? styleText(FORMATS[tone], text, { validateStream: false }) : text;

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** https://no-color.org: any value but the empty one means none. COLUMNS and LINES win over what the terminal says. */
export function lookOf(stream: Stream, env: NodeJS.ProcessEnv): Look {
  const isTerminal = stream.isTTY === true;
  const refused = (env.NO_COLOR ?? "") !== "" || env.TERM === "dumb";
  return {
    colour: isTerminal && !refused,
    columns: said(env.COLUMNS) ?? (isTerminal ? (stream.columns ?? 80) : Number.POSITIVE_INFINITY),
    rows: said(env.LINES) ?? (isTerminal ? (stream.rows ?? 24) : Number.POSITIVE_INFINITY),
    timeZone: undefined,
  };
}

/** Shells keep these to themselves, so that whoever hands them over means it, for a pipe too. */
const said = (size: string | undefined): number | null => (/^[1-9]\d{0,3}$/.test(size ?? "") ? Number(size) : null);
