/** What the store keeps of notifications, so that a restart tells nothing twice and loses nothing. */
import { z } from "zod";
import { NOTICE_KINDS } from "../../core/notify/condition.ts";
import type { Notification, Over, Told } from "../../core/notify/follow-conditions.ts";

export const MEMORY_KEY = "notifications";

export interface Memory {
  readonly told: readonly Told[];
  readonly over: readonly Over[];
  /** By the receiver's id, oldest first. */
  readonly outboxes: ReadonlyMap<string, readonly Notification[]>;
}

const ms = z.number().min(-8.64e15).max(8.64e15);
const toldShape = z.object({
  key: z.string(),
  kind: z.enum(NOTICE_KINDS),
  subject: z.string(),
  severity: z.enum(["info", "warning", "critical"]),
  summary: z.string(),
  next: z.string(),
  sinceMs: ms,
  toldMs: ms,
  times: z.int(),
  goneMs: z.number(),
});
const memoryShape = z.object({
  told: z.array(toldShape),
  over: z.array(toldShape.extend({ overMs: ms })),
  outboxes: z.map(
    z.string(),
    z.array(toldShape.extend({ id: z.string(), status: z.enum(["begun", "lasts", "over"]), atMs: ms })),
  ),
});

/** `null`: nothing was stored, or nothing that this program understands. */
export function readMemory(stored: unknown): Memory | null {
  const parsed = memoryShape.safeParse(stored);
  return parsed.success ? parsed.data : null;
}
