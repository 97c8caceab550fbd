/**
 * The daemon's events, read with fetch: EventSource can send no token, and does not tell a refusal from a lost connection.
 */
import { createParser, type ServerEvent } from "./event-parser.ts";
import { bearer } from "./request.ts";

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
