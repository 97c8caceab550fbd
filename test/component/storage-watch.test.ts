/** The two sources for a file server, asked of a real NFS server and a real Prometheus. */
import { mkdir } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type StorageFacts, storageServerSchema } from "../../src/core/domain/storage.ts";
import { systemClock } from "../../src/world/clock/system-clock.ts";
import { askPrometheus } from "../../src/world/load/ask-prometheus.ts";
import { callNfsNull } from "../../src/world/storage/nfs-null-call.ts";
import { storageWatch } from "../../src/world/storage/storage-watch.ts";
import { canServeNfs, startGanesha } from "./support/ganesha.ts";
import { freePort, temporaryDirectory, waitFor } from "./support/ports.ts";
import { startExporter, startPrometheus } from "./support/prometheus.ts";

const SOON_MS = 30_000;
const signal = () => AbortSignal.timeout(3_000);
const mended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const mend of mended.splice(0).reverse()) await mend();
});

describe.skipIf(!canServeNfs())("a real NFS server (it needs root)", () => {
  test("answers the NULL call, does not while it is stopped in its tracks, and is refused once it is gone", async () => {
    const { path, remove } = await temporaryDirectory();
    mended.push(remove);
    const root = join(path, "root");
    await mkdir(root);
    const port = await freePort();
    const exports = [{ path: root, pseudo: "/root", access: "RO" }] as const;
    const nfs = await startGanesha({ home: path, address: "127.0.0.1", port, exports });
    mended.push(() => nfs.stop(0));
    expect(await callNfsNull("127.0.0.1", port, signal())).toEqual({ kind: "up" });

    // The kernel goes on taking connections for it: an open port is no sign of life.
    process.kill(nfs.pid, "SIGSTOP");
    expect(await callNfsNull("127.0.0.1", port, AbortSignal.timeout(500))).toEqual({
      kind: "down",
      why: "no answer within the deadline",
    });
    process.kill(nfs.pid, "SIGCONT");
    expect(await callNfsNull("127.0.0.1", port, signal())).toEqual({ kind: "up" });

    await nfs.stop(0);
    expect(await callNfsNull("127.0.0.1", port, signal())).toEqual({ kind: "down", why: "ECONNREFUSED" });
  }, 120_000);
});

describe("something else on the port", () => {
  const listening = async (talk: (text: Buffer) => Buffer | null): Promise<number> => {
    const server: Server = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", (asked) => {
        const said = talk(asked);
        if (said === null) socket.end();
        else socket.write(said);
      });
    });
    const port = await freePort();
    await new Promise<void>((resolve) => {
      server.listen(port, "127.0.0.1", resolve);
    });
    mended.push(async () => server.close());
    return port;
  };
  /** An answer of rpcbind's kind to the call, with this status of RFC 5531. */
  const reply = (asked: Buffer, ...words: number[]): Buffer => {
    const answer = Buffer.alloc(4 + 4 * (words.length + 1));
    answer.writeUInt32BE(0x8000_0000 + 4 * (words.length + 1), 0);
    asked.copy(answer, 4, 4, 8);
    for (const [index, word] of words.entries()) answer.writeUInt32BE(word, 8 + 4 * index);
    return answer;
  };

  test.each([
    ["a web server", () => Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"), "answers with something else than NFS"],
    ["one that hangs up", () => null, "closed the connection without an answer"],
    ["an RPC server without NFS", (asked: Buffer) => reply(asked, 1, 0, 0, 0, 1), "does not serve NFS (status 1)"],
    ["one that denies the call", (asked: Buffer) => reply(asked, 1, 1, 0, 0, 0), "refuses the call"],
    ["one that never ends", () => Buffer.alloc(600, 1), "answers with something else than NFS"],
  ])("%s is no NFS server", async (_, talk, why) => {
    const port = await listening(talk);
    expect(await callNfsNull("127.0.0.1", port, signal())).toEqual({ kind: "down", why });
  });

  test("one that knows other versions of NFS alone does serve", async () => {
    const port = await listening((asked) => reply(asked, 1, 0, 0, 0, 2, 4, 4));
    expect(await callNfsNull("127.0.0.1", port, signal())).toEqual({ kind: "up" });
  });

  test("a name that can't be looked up says nothing of the server", async () => {
    expect(await callNfsNull("nfs-a.invalid", 2_049, signal())).toMatchObject({ kind: "unknown" });
  });
});

describe("a real Prometheus", () => {
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let exporter: Awaited<ReturnType<typeof startExporter>>;
  let prometheus: Awaited<ReturnType<typeof startPrometheus>>;
  beforeAll(async () => {
    home = await temporaryDirectory();
    exporter = await startExporter("nfs_up 1\n");
    prometheus = await startPrometheus(home.path, { targets: [exporter.target] });
  });
  afterAll(async () => {
    await prometheus.process.stop();
    await exporter.stop();
    await home.remove();
  });

  const said = async (up: string | undefined, url = prometheus.url): Promise<StorageFacts["monitoring"]> => {
    const server = storageServerSchema.parse({ name: "nfs-a", address: "127.0.0.1", port: 1, ...(up && { up }) });
    const watch = storageWatch({ clock: systemClock, monitoring: askPrometheus({ url, deadline: 5_000 }) });
    return (await watch.ask(server, AbortSignal.timeout(10_000))).monitoring;
  };
  const expectBecomes = (kind: string, up?: string) =>
    waitFor(async () => (await said(up)).kind === kind, SOON_MS, `${up} to become ${kind}`);

  test("up is what it scrapes at the server's address; down once none of it answers", async () => {
    await expectBecomes("up");
    exporter.serve(null);
    await expectBecomes("down");
    exporter.serve("nfs_up 1\n");
    await expectBecomes("up");
  });

  test("a series of one's own: 0 is down", async () => {
    await expectBecomes("up", "nfs_up");
    exporter.serve("nfs_up 0\n");
    await expectBecomes("down", "nfs_up");
    exporter.serve("nfs_up 1\n");
  });

  test("no series, NaN, or no Prometheus is unknown, and never down", async () => {
    expect(await said('up{instance="elsewhere"}')).toMatchObject({ kind: "unknown" });
    exporter.serve("nfs_up NaN\n");
    await expectBecomes("unknown", "nfs_up");
    exporter.serve("nfs_up 1\n");
    expect(await said("nfs_up", `http://127.0.0.1:${await freePort()}`)).toMatchObject({ kind: "unknown" });
  });
});
