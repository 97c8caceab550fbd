/** A notification as plain JSON: what a receiver with form json is sent, one message a request. */
import type { Notification } from "../../core/notify/follow-conditions.ts";
import type { Sender } from "./sender.ts";

/** Raised when a field changes its meaning or goes; new ones may come at any time. */
const VERSION = 1;

const STATUS_WORDS: Readonly<Record<Notification["status"], string>> = {
  begun: "",
  lasts: "still: ",
  over: "over: ",
};

/** Times are Unix ms. `text` is all of it as one line, for chats that show a message's text and nothing else. */
export function jsonBody(notification: Notification, { from, dryRun }: Sender) {
  const { id, kind, status, severity, subject, summary, next, sinceMs, atMs } = notification;
  const advice = status === "over" ? "" : ` (${next})`;
  const text = `retask on ${from}${dryRun ? ", dry run" : ""}: ${STATUS_WORDS[status]}${summary}${advice}`;
  return { version: VERSION, id, kind, status, severity, subject, summary, next, sinceMs, atMs, from, dryRun, text };
}
