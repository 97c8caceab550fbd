/** Asks what an action would do while its fields are being filled in: a moment after the last change, and only the newest counts. */
import { useEffect, useState } from "preact/hooks";
import { ask, saidBy } from "../data/request.ts";
import type { Action, Given } from "./action.ts";
import { actOf, expiryOf } from "./call-of.ts";
import type { PreviewShown } from "./preview-shown.ts";
import { previewOfProposals } from "./proposals.ts";

export interface Previewed {
  readonly preview: PreviewShown | null;
  readonly error: string | null;
}

const PAUSE_MS = 250;

function askPreview(action: Action, given: Given): Promise<PreviewShown> {
  if (action.kind === "apply") return Promise.resolve(previewOfProposals(action.moves));
  const floor = given.overrideFloor ? { overrideFloor: true } : {};
  const body = { act: actOf(action, given), ...floor, ...expiryOf(action, given) };
  return ask<PreviewShown>("POST", "v1/overrides/preview", body);
}

export function usePreview(action: Action, given: Given): Previewed {
  const [previewed, setPreviewed] = useState<Previewed>({ preview: null, error: null });
  const asked = JSON.stringify({ ...given, author: "", reason: "", confirm: "" });
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      askPreview(action, given).then(
        (preview) => isCurrent && setPreviewed({ preview, error: null }),
        (error: unknown) => isCurrent && setPreviewed({ preview: null, error: saidBy(error) }),
      );
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [action, asked]);
  return previewed;
}
