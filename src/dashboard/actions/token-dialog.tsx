/** Asks for the token that every change needs, and where it is to be found. */
import { useRef, useState } from "preact/hooks";
import type { OwnTokenAnswer } from "../data/answers.ts";
import { useBox } from "../data/box.ts";
import { ask, saidBy } from "../data/request.ts";
import { rememberToken, token } from "../data/session.ts";
import { tell } from "../parts/notices.tsx";
import { Dialog } from "./dialog.tsx";
import { tokenAsked } from "./open-actions.ts";

export function TokenDialog() {
  const isOpen = useBox(tokenAsked);
  return isOpen ? <TokenForm /> : null;
}

function TokenForm() {
  const field = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<string | null>(null);
  const close = (): void => tokenAsked.set(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const given = field.current?.value.trim() ?? "";
    const before = token.value;
    rememberToken(given);
    try {
      // Not the status: on loopback that is shown to anybody, whatever token they send.
      const { scope } = await ask<OwnTokenAnswer>("GET", "v1/token");
      close();
      if (scope === "read") tell("This token may only look: changes will be refused.");
    } catch (failure) {
      setError(saidBy(failure));
      rememberToken(before);
      field.current?.focus();
    }
  };
  return (
    <Dialog title="Enter a token" onClose={close}>
      <form onSubmit={(event) => void submit(event)}>
        <p>
          Changes need a token with the scope <code>write</code>: the first one is in the file <code>token</code> beside
          retask's store; <code>retask token create</code> makes more. This tab forgets it when it is closed.
        </p>
        <label class="field">
          <span>Token</span>
          <input ref={field} type="password" autocomplete="off" required />
        </label>
        {error !== null && (
          <p class="failed" role="alert">
            {error}
          </p>
        )}
        <div class="dialog-end">
          <button type="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="main">
            Use this token
          </button>
        </div>
      </form>
    </Dialog>
  );
}
