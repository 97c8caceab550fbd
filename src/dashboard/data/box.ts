/** A value that can be watched: all of the page's state stands in a few of these. */
import { useEffect, useState } from "preact/hooks";

export class Box<T> {
  #value: T;
  readonly #watchers = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  /** What is the same as before is no news: nobody is told, nothing is drawn. */
  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const watcher of [...this.#watchers]) watcher();
  }

  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}

/** The box's value; who asks is drawn again when it changes. */
export function useBox<T>(box: Box<T>): T {
  const [, redraw] = useState(0);
  useEffect(() => {
    const seen = box.value;
    const stop = box.watch(() => redraw((count) => count + 1));
    // It may have changed between being drawn and being watched.
    if (!Object.is(seen, box.value)) redraw((count) => count + 1);
    return stop;
  }, [box]);
  return box.value;
}
