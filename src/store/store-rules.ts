/** The small rules that every store follows; apart from SQLite, so that the memory store loads nothing native. */

/** Demand is kept by the minute. */
export const minuteOf = (atMs: number): number => Math.floor(atMs / 60_000);

/** What the journal says of bugs in its caller. */
export const endedMessage = (operation: string): string => `operation ${operation} has ended: nothing may act for it`;
export const unknownMessage = (id: number): string => `there is no intent ${id}`;
export const settledMessage = (id: number): string => `intent ${id} has its result already, and the first one stands`;
