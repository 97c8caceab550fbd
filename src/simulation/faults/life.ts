/** The life of one controller process: it may die at the n-th word to its journal, or be suspended in the middle of a tick. */
import type { Store } from "../../store/store.ts";
import type { Troubles } from "./troubles.ts";

export class Life {
  private readonly standStill: (ms: number) => void;
  private readonly troubles: Troubles;
  private wordsLeft: number | null = null;
  private sleepMs = 0;
  isDead = false;
  /** Intents and results that this process has come to so far. */
  words = 0;

  constructor(troubles: Troubles, standStill: (ms: number) => void) {
    this.troubles = troubles;
    this.standStill = standStill;
  }

  /** Dies at the `nth` intent or result from now on: after an intent was written, before a result is. */
  dieAt(nth: number): void {
    this.wordsLeft = nth;
  }

  /** SIGSTOP between what a tick has seen and what it then does. */
  sleepAtNextTick(ms: number): void {
    this.sleepMs = ms;
  }

  /** A new process begins: nothing of what was to befall the old one is left. */
  begin(): void {
    this.isDead = false;
    this.words = 0;
    this.wordsLeft = null;
  }

  /** The store as this process sees it. Once it is dead nothing of it reaches the store. */
  holding(store: Store): Store {
    const own: Partial<Store> = {
      beginIntent: async (intent) => {
        this.write();
        const id = await store.beginIntent(intent);
        if (this.isLastWord()) this.die();
        return id;
      },
      settleIntent: async (id, result) => {
        if (this.isLastWord()) this.die();
        this.write();
        await store.settleIntent(id, result);
      },
      saveTick: async (tick) => {
        this.write();
        // Nobody asks here what was decided when, and comparing it is a good part of a tick.
        await store.saveTick({ ...tick, decision: null, demand: new Map() });
        if (this.sleepMs > 0) this.standStill(this.sleepMs);
        this.sleepMs = 0;
      },
    };
    return new Proxy(store, {
      get: (target, key: keyof Store) => (this.isDead ? this.silence : (own[key] ?? target[key].bind(target))),
    });
  }

  private readonly silence = async (): Promise<never> => this.die();

  private write(): void {
    if (this.troubles.storeDisk !== null) throw new Error(this.troubles.storeDisk);
  }

  private isLastWord(): boolean {
    this.words += 1;
    if (this.wordsLeft === null) return false;
    this.wordsLeft -= 1;
    return this.wordsLeft <= 0;
  }

  private die(): never {
    this.isDead = true;
    throw new Error("kill -9");
  }
}
