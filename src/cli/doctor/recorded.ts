/** What retask recorded of the site before: asked of the daemon where one runs, which has the store for itself; else read. */
import { z } from "zod";
import type { DaemonClient } from "../daemon-client.ts";
import type { Recorded } from "./examined.ts";

const DAEMON_DEADLINE_MS = 5_000;

const enrolmentsSchema = z.object({
  storeId: z.string(),
  enrolments: z.array(z.object({ machine: z.string(), guid: z.string(), cipherSuite: z.number() })),
});
const operationsSchema = z.object({ operations: z.array(z.object({ machine: z.string() })) });

export async function readRecorded(daemon: DaemonClient, storeFile: string): Promise<Recorded> {
  const answer = await daemon.ask({ method: "GET", path: "/v1/enrolments", deadlineMs: DAEMON_DEADLINE_MS });
  const parsed = answer.ok ? enrolmentsSchema.safeParse(answer.value) : null;
  if (parsed?.success !== true) return readStore(storeFile, answer.ok ? "it answers as no retask does" : answer.why);
  const { storeId, enrolments } = parsed.data;
  return {
    enrolments: new Map(enrolments.map(({ machine, ...enrolment }) => [machine, enrolment])),
    storeId,
    busy: await machinesInOperation(daemon),
    trouble: null,
  };
}

async function machinesInOperation(daemon: DaemonClient): Promise<ReadonlySet<string>> {
  const path = "/v1/operations?limit=1";
  const answer = await daemon.ask({ method: "GET", path, deadlineMs: DAEMON_DEADLINE_MS });
  const parsed = answer.ok ? operationsSchema.safeParse(answer.value) : null;
  return new Set(parsed?.success === true ? parsed.data.operations.map(({ machine }) => machine) : []);
}

async function readStore(file: string, daemonSays: string): Promise<Recorded> {
  const nothing = { enrolments: new Map(), storeId: null, busy: new Set<string>() };
  // better-sqlite3 is compiled where it is installed, and may be missing where only the CLI is wanted.
  const module = await import("../../store/read-record.ts").catch((error: unknown) => String(error));
  if (typeof module === "string") return { ...nothing, trouble: module };
  const found = module.readRecord(file);
  switch (found.kind) {
    case "none":
      return { ...nothing, trouble: null };
    case "unreadable":
      return { ...nothing, trouble: `${found.why}; and the daemon was asked: ${daemonSays.split("\n")[0]}` };
    case "read":
      return { ...nothing, storeId: found.storeId, enrolments: found.enrolments, trouble: null };
  }
}
