/**
 * One action, from its reason to its answer: who, why, for how long, what it will do, and a typed word for severe ones. Nothing
 * is sent before it is known what it will do, for only then it is known whether a word is to be typed.
 */
import { useState } from "preact/hooks";
import { useBox } from "../data/box.ts";
import { live } from "../data/live.ts";
import { ask, Refused, saidBy } from "../data/request.ts";
import { author, rememberAuthor, token } from "../data/session.ts";
import { tell } from "../parts/notices.tsx";
import { type Action, type Given, meaningOf, titleOf } from "./action.ts";
import { callOf } from "./call-of.ts";
import { Dialog } from "./dialog.tsx";
import { Fields, Text } from "./fields.tsx";
import { openAction, tokenAsked } from "./open-actions.ts";
import { Preview } from "./preview.tsx";
import { usePreview } from "./preview-call.ts";

export function ActionDialog() {
  const action = useBox(openAction);
  const hasToken = useBox(token) !== "";
  const isAsking = useBox(tokenAsked);
  if (action === null || isAsking) return null;
  return hasToken ? <ActionForm action={action} /> : <NeedsToken title={titleOf(action)} />;
}

const close = (): void => openAction.set(null);

const NeedsToken = ({ title }: { readonly title: string }) => (
  <Dialog title={title} onClose={close}>
    <p>This changes something, so it needs a token.</p>
    <div class="dialog-end">
      <button type="button" onClick={close}>
        Cancel
      </button>
      <button type="button" class="main" onClick={() => tokenAsked.set(true)}>
        Enter token
      </button>
    </div>
  </Dialog>
);

const beginning = (action: Action): Given => ({
  author: author.value,
  reason: "",
  hold: "1h",
  until: "",
  direction: "both",
  to: action.kind === "forceMachine" ? (action.roles[0] ?? "spare") : "",
  how: "count",
  count: action.kind === "forceRole" ? String(action.count) : "",
  most: action.kind === "forceRole" ? String(action.count) : "",
  overrideFloor: false,
  keep: false,
  confirm: "",
});

function ActionForm({ action }: { readonly action: Action }) {
  const [given, setGiven] = useState(() => beginning(action));
  const [error, setError] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const { preview, error: previewError } = usePreview(action, given);
  const change = (changes: Partial<Given>): void => setGiven((before) => ({ ...before, ...changes }));
  const word = preview?.confirm ?? null;

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (word !== null && given.confirm.trim() !== word) return setError(`To confirm, type ${word}.`);
    setSending(true);
    setError(null);
    try {
      const said = await send(action, given);
      rememberAuthor(given.author.trim());
      close();
      tell(`${titleOf(action)}: done.`, heldBackIn(said));
      live.soon();
    } catch (failure) {
      setError(refusalWords(failure));
    } finally {
      setSending(false);
    }
  };
  return (
    <Dialog title={titleOf(action)} onClose={close}>
      <form onSubmit={(event) => void submit(event)}>
        <p class="dim">{meaningOf(action, given)}</p>
        <Fields action={action} given={given} change={change} />
        <Preview preview={preview} error={previewError} counts={action.kind === "apply" ? "Serving" : "Desired"} />
        {word !== null && (
          <Text label={`Type ${word} to confirm`} value={given.confirm} onType={(confirm) => change({ confirm })} />
        )}
        {error !== null && (
          <p class="failed" role="alert">
            {error}
          </p>
        )}
        <div class="dialog-end">
          <button type="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="main" disabled={isSending || preview === null}>
            {isSending ? "Sending …" : titleOf(action)}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function send(action: Action, given: Given): Promise<unknown> {
  const { method, path, body } = callOf(action, given);
  return ask(method, path, body);
}

/** What was set is not always what happens: floors and limits have their say. */
function heldBackIn(said: unknown): string[] {
  const { heldBack } = (said ?? {}) as {
    readonly heldBack?: readonly { readonly what: string; readonly why: string }[];
  };
  return (heldBack ?? []).map(({ what, why }) => `held back: ${what}, because ${why}`);
}

function refusalWords(failure: unknown): string {
  const isOtherPlan = failure instanceof Refused && failure.code === "RTK_PLAN_MOVED";
  return `${isOtherPlan ? "The plan has changed since; close this and look again. " : ""}${saidBy(failure)}`;
}
