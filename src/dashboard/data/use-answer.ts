/** One answer of the API for a view, asked for again whenever the page refreshes; the old one stays until the new one is there. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useBox } from "./box.ts";
import { live } from "./live.ts";
import { ask, saidBy } from "./request.ts";

export interface Asked<T> {
  readonly data: T | null;
  readonly error: string | null;
}

interface Held<T> extends Asked<T> {
  readonly path: string | null;
}

const NOTHING = { path: null, data: null, error: null };

/**
 * `path` null: nothing to ask for. `everyMs`: no more often than that. `keep`: until the answer to another path is there, the
 * one to the old path stays, as a chart does that moves on with time.
 */
export function useAnswer<T>(path: string | null, everyMs = 2_000, keep = false): Asked<T> {
  const refreshes = useBox(live.refreshes);
  const [held, setHeld] = useState<Held<T>>(NOTHING);
  const asked = useRef<{ path: string | null; atMs: number; running: boolean }>({
    path: null,
    atMs: 0,
    running: false,
  });
  useEffect(() => {
    const before = asked.current;
    const isSame = before.path === path;
    if (path === null || (isSame && (before.running || performance.now() - before.atMs < everyMs))) return;
    const mine = { path, atMs: performance.now(), running: true };
    asked.current = mine;
    const take = (answer: Partial<Asked<T>>): void => {
      mine.running = false;
      // An answer to what was asked before the view changed is nobody's any more.
      if (asked.current !== mine) return;
      setHeld((old) => ({ ...(keep || old.path === path ? old : NOTHING), error: null, ...answer, path }));
    };
    ask<T>("GET", path).then(
      (data) => take({ data }),
      (error: unknown) => take({ error: saidBy(error) }),
    );
  }, [path, refreshes]);
  return keep || held.path === path ? held : NOTHING;
}
