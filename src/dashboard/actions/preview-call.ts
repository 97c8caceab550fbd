/** Asks what an action would do while its fields are being filled in: a moment after the last change, and only the newest counts. */
import { useEffect, useState } from "preact/hooks";
import { ask, Refused, saidBy } from "../data/request.ts";
import type { Action, Given } from "./action.ts";
import { callOf } from "./call-of.ts";

export interface PreviewAnswer {
  readonly moves: readonly {
    readonly machine: string;
    readonly from: string;
    readonly to: string;
    readonly why: string;
  }[];
  readonly cancels: readonly { readonly operation: string; readonly machine: string; readonly why: string }[];
  readonly notDone: readonly { readonly subject: string; readonly what: string; readonly why: string }[];
  readonly roles: readonly {
    readonly role: string;
    readonly floor: number;
    readonly before: number;
    readonly after: number;
    readonly margin: number;
  }[];
  readonly conflicts: readonly string[];
  readonly severe: boolean;
  /** What must be typed; null: nothing. */
  readonly confirm: string | null;
  readonly text: readonly string[];
}

export interface Previewed {
  readonly preview: PreviewAnswer | null;
  readonly error: string | null;
}

const PAUSE_MS = 250;
/** The preview needs a sentence where the write does, and changes nothing. */
const UNSAID = "preview";

/** The act as the preview names it, and the fields that the write itself would have. */
function previewBody(action: Action, given: Given): object {
  const { body } = callOf(action, { ...given, author: given.author || UNSAID, reason: given.reason || UNSAID });
  const named = "machine" in action ? { machine: action.machine } : "role" in action ? { role: action.role } : {};
  const kind = { forceRole: "forceCount", unforceRole: "unforceCount" }[action.kind as string] ?? action.kind;
  return { act: { kind, ...named }, ...body };
}

export function usePreview(action: Action, given: Given): Previewed {
  const [previewed, setPreviewed] = useState<Previewed>({ preview: null, error: null });
  const asked = JSON.stringify({ ...given, author: "", reason: "", confirm: "" });
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      ask<PreviewAnswer>("POST", "v1/overrides/preview", previewBody(action, given)).then(
        (preview) => isCurrent && setPreviewed({ preview, error: null }),
        (error: unknown) => isCurrent && setPreviewed({ preview: null, error: explain(error) }),
      );
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [action, asked]);
  return previewed;
}

const explain = (error: unknown): string =>
  error instanceof Refused && error.status === 404 && error.code === "RTK_NO_SUCH_ROUTE"
    ? "This retask cannot tell beforehand; it checks floors and limits all the same."
    : saidBy(error);
