/** Asks what an action would do while its fields are being filled in: a moment after the last change, and only the newest counts. */
import { useEffect, useState } from "preact/hooks";
import { useBox } from "../data/box.ts";
import { live } from "../data/live.ts";
import { ask, saidBy } from "../data/request.ts";
import type { Action, Given } from "./action.ts";
import { actOf, expiryOf } from "./call-of.ts";
import type { PreviewShown } from "./preview-shown.ts";
import { previewOfProposals } from "./proposals.ts";

export interface Previewed {
  readonly preview: PreviewShown | null;
  readonly error: string | null;
}

interface Held extends Previewed {
  /** The fields that it was worked out for. */
  readonly asked: string;
}

const PAUSE_MS = 250;
/** The pool goes on while somebody thinks of a reason, and an unanswered question is asked again. */
const RENEW_MS = 5_000;

function askPreview(action: Action, given: Given): Promise<PreviewShown> {
  if (action.kind === "apply") return Promise.resolve(previewOfProposals(action.moves));
  const floor = given.overrideFloor ? { overrideFloor: true } : {};
  const body = { act: actOf(action, given), ...floor, ...expiryOf(action, given) };
  return ask<PreviewShown>("POST", "v1/overrides/preview", body);
}

/** Both null until it is known of these very fields: what was said of others could hide that these are severe. */
export function usePreview(action: Action, given: Given): Previewed {
  const [held, setHeld] = useState<Held>({ asked: "", preview: null, error: null });
  const asked = JSON.stringify({ ...given, author: "", reason: "", confirm: "" });
  useBox(live.refreshes);
  const turn = Math.floor(performance.now() / RENEW_MS);
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      askPreview(action, given).then(
        (preview) => isCurrent && setHeld({ asked, preview, error: null }),
        (error: unknown) => isCurrent && setHeld({ asked, preview: null, error: saidBy(error) }),
      );
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [action, asked, turn]);
  return held.asked === asked ? held : { preview: null, error: null };
}
