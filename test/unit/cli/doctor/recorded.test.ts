/** Where the doctor learns what was enrolled: from the daemon that has the store, else from the store itself. */
import { expect, test } from "vitest";
import type { Answer, DaemonClient } from "../../../../src/cli/daemon-client.ts";
import { readRecorded } from "../../../../src/cli/doctor/recorded.ts";
import { machineName } from "../../../../src/core/domain/names.ts";
import { openFile, temporaryFile } from "../../store/temporary-store.ts";

const enrolment = { guid: "ab".repeat(16), cipherSuite: 17 };

/** Answers by path; anything else is refused, as where no daemon runs. */
const daemonThat = (answers: Readonly<Record<string, unknown>>): DaemonClient => ({
  place: { url: "http://127.0.0.1:9420", token: { ok: false, why: "none" } },
  ask: async ({ method, path }): Promise<Answer> => {
    const value = method === "GET" ? answers[path] : undefined;
    return value === undefined
      ? { ok: false, code: null, why: "no retask answers\n  does it run?" }
      : { ok: true, value };
  },
  get: () => Promise.reject(new Error("not asked")),
  send: () => Promise.reject(new Error("a doctor changes nothing")),
});
const NONE = daemonThat({});

test("a daemon is believed, and its machines in operation are known to be silent", async () => {
  const daemon = daemonThat({
    "/v1/enrolments": { storeId: "s1", enrolments: [{ machine: "m01", ...enrolment }] },
    "/v1/operations?limit=1": { operations: [{ machine: "m02" }], finished: [] },
  });
  expect(await readRecorded(daemon, "/nowhere/retask.db")).toEqual({
    ...{ enrolments: new Map([["m01", enrolment]]), storeId: "s1", busy: new Set(["m02"]), trouble: null },
  });
});

test("without a daemon the store is read, and left as a daemon finds it", async () => {
  const file = temporaryFile();
  const store = await openFile(file);
  await store.saveEnrolment(machineName("m01"), enrolment);
  const storeId = await store.storeId();
  await store.close();
  const read = await readRecorded(NONE, file);
  expect(read).toMatchObject({ enrolments: new Map([["m01", enrolment]]), storeId, trouble: null });
  expect(await (await openFile(file)).enrolment(machineName("m01"))).toEqual(enrolment);
});

test("a new site has no store, and that is no trouble; one that can't be read is", async () => {
  expect(await readRecorded(NONE, "/nowhere/retask.db")).toMatchObject({ storeId: null, trouble: null });
  const file = temporaryFile();
  await openFile(file);
  const { trouble, enrolments } = await readRecorded(NONE, file);
  expect(trouble).toMatch(/^RTK_STORE_LOCKED: .*no retask answers$/);
  expect(enrolments.size).toBe(0);
});
