/**
 * The daemon's events, read with fetch: EventSource can send no token, and does not tell a refusal from a lost connection.
 * The format is the HTML standard's, "9.2 Server-sent events".
 */
import { bearer } from "./request.ts";

export interface ServerEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

export type StreamEnd =
  /** It was open, and is not any more. */
  | { readonly kind: "ended" }
  /** This daemon has none, or does not let us: there is no use in trying again soon. */
  | { readonly kind: "refused"; readonly status: number }
  | { readonly kind: "failed" };

/** A comment comes every 15 s: after three of them went missing nobody is there any more. */
const SILENT_MS = 45_000;

/** Reads until the stream ends. `lastId`: what was seen before, so that the daemon sends what came after it. */
export async function readEvents(
  lastId: string | null,
  onOpen: () => void,
  onEvent: (event: ServerEvent) => void,
): Promise<StreamEnd> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENT_MS);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENT_MS);
  };
  try {
    const headers = {
      accept: "text/event-stream",
      ...bearer(),
      ...(lastId === null ? {} : { "last-event-id": lastId }),
    };
    const answer = await fetch("v1/events", { headers, cache: "no-store", signal: silence.signal });
    if (!answer.ok || answer.body === null) return { kind: "refused", status: answer.status };
    onOpen();
    const parse = createParser(onEvent);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      heard();
      parse(part.value);
    }
    return { kind: "ended" };
  } catch {
    return { kind: "failed" };
  } finally {
    clearTimeout(timer);
  }
}

/** Takes the stream's text as it comes, in pieces of any size. */
export function createParser(onEvent: (event: ServerEvent) => void): (text: string) => void {
  let rest = "";
  let fields = { id: "", event: "message", data: "" };
  const take = (line: string): void => {
    if (line === "") {
      if (fields.data !== "") onEvent(fields);
      fields = { id: "", event: "message", data: "" };
      return;
    }
    const colon = line.indexOf(":");
    if (colon <= 0) return;
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
    if (name === "id" || name === "event") fields = { ...fields, [name]: value };
    else if (name === "data") fields = { ...fields, data: fields.data === "" ? value : `${fields.data}\n${value}` };
  };
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line.replace(/\r$/, ""));
  };
}
