/** The last events, numbered: what a stream that was cut off is given when it comes back. Bounded, whatever happens. */

/** Some ten minutes of a pool with dozens of machines in operation; a few MB. */
const MOST_EVENTS = 2_000;

export class EventRing {
  /** Names this process: numbers of an earlier one mean nothing here. */
  private readonly epoch: string;
  private readonly size: number;
  private readonly frames: string[] = [];
  private readonly listeners = new Set<() => void>();
  /** Number of the newest event; 0: there was none yet. */
  newest = 0;

  constructor(epoch: string, size = MOST_EVENTS) {
    this.epoch = epoch;
    this.size = size;
  }

  add(event: string, data: unknown): void {
    this.newest += 1;
    this.frames[this.newest % this.size] = this.frame(event, data);
    for (const listener of this.listeners) listener();
  }

  /** As it goes over the wire; null: it is not there any more. */
  get(number: number): string | null {
    return number > this.newest - this.size ? (this.frames[number % this.size] ?? null) : null;
  }

  /** An event that only says how far a reader is. */
  frame(event: string, data: unknown): string {
    return `id: ${this.idOf(this.newest)}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  }

  idOf(number: number): string {
    return `${this.epoch}-${number}`;
  }

  /** The number in an id of this process; null: it is of another one, or of none. */
  numberIn(id: string): number | null {
    const match = /^([a-z0-9]+)-(\d{1,15})$/.exec(id);
    const number = Number(match?.[2]);
    return match?.[1] === this.epoch && number <= this.newest ? number : null;
  }

  /** Until the answer is called. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
