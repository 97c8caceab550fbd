/** A message that says nothing but that it arrived: whether receivers take what retask sends, before something is the matter. */
import type { Told } from "../../core/notify/follow-conditions.ts";
import type { Posted } from "../../world/ports.ts";
import { alertsOf } from "./alertmanager-form.ts";
import { jsonBody } from "./json-form.ts";
import type { Receiver } from "./receiver.ts";
import type { Sender } from "./sender.ts";

export interface TestAnswer {
  readonly receiver: string;
  readonly form: Receiver["form"];
  readonly posted: Posted;
}

/** An alert of a test resolves after so long. */
const LASTS_MS = 60_000;

/** One attempt each, all at once; each has its own deadline. */
export function sendTest(receivers: readonly Receiver[], sender: Sender, nowMs: number): Promise<TestAnswer[]> {
  const told = testMessage(nowMs);
  const ended = { ...told, overMs: nowMs + LASTS_MS };
  const bodies = {
    json: jsonBody({ ...told, id: `test@${nowMs}:begun`, status: "begun", atMs: nowMs }, sender),
    alertmanager: alertsOf({ told: new Map(), over: [ended] }, new Set(["test"]), sender, nowMs),
  };
  const never = new AbortController().signal;
  return Promise.all(
    receivers.map(async ({ name, form, webhook }) => ({
      receiver: name,
      form,
      posted: await webhook.post(bodies[form], never),
    })),
  );
}

const testMessage = (nowMs: number): Told => ({
  key: "test",
  kind: "test",
  subject: "pool",
  severity: "info",
  summary: "this is a test, nothing is the matter",
  next: "nothing is to be done",
  sinceMs: nowMs,
  toldMs: nowMs,
  times: 1,
  goneMs: 0,
});
