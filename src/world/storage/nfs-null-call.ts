/**
 * One call of NFS' NULL procedure over TCP: the least that only a serving NFS server answers. A connection alone is taken by
 * the kernel for any listening socket, also while every thread behind it hangs.
 */
import { randomInt } from "node:crypto";
import { createConnection } from "node:net";
import type { Sign } from "../../core/domain/storage.ts";

const NFS_PROGRAM = 100_003;
const NFS_VERSION = 3;
/** An answer to a NULL call is 24 bytes; whoever sends more than this is no NFS server. */
const MOST_BYTES = 512;
/** RFC 5531, section 9: accepted, and done, or known in other versions only: then it speaks NFSv4 alone, and serves. */
const ACCEPTED = 0;
const SUCCESS = 0;
const PROGRAM_MISMATCH = 2;

/** What the machine that retask runs on could not do: that says nothing about the server. */
const OWN_TROUBLE = new Set(["ENETUNREACH", "ENETDOWN", "EMFILE", "ENFILE", "EADDRNOTAVAIL", "EAI_AGAIN", "ENOTFOUND"]);

/** Never throws. A `signal` that fires means that it did not answer in time. */
export function callNfsNull(address: string, port: number, signal: AbortSignal): Promise<Sign> {
  return new Promise((resolve) => {
    const xid = randomInt(2 ** 32 - 1);
    const received: Buffer[] = [];
    const socket = createConnection({ host: address, port });
    const end = (sign: Sign) => {
      signal.removeEventListener("abort", late);
      socket.destroy();
      resolve(sign);
    };
    const late = () => end(down("no answer within the deadline"));
    if (signal.aborted) {
      late();
      return;
    }
    signal.addEventListener("abort", late, { once: true });
    socket.once("connect", () => socket.write(nullCall(xid)));
    socket.once("error", (error: NodeJS.ErrnoException) => end(failed(error.code ?? error.message)));
    socket.once("close", () => end(down("closed the connection without an answer")));
    socket.on("data", (chunk) => {
      received.push(chunk);
      const sign = judgeReply(Buffer.concat(received), xid);
      if (sign !== null) end(sign);
    });
  });
}

const down = (why: string): Sign => ({ kind: "down", why });

const failed = (code: string): Sign =>
  OWN_TROUBLE.has(code) ? { kind: "unknown", why: `can't be asked: ${code}` } : down(code);

/** RFC 5531: a record mark (last fragment), then the call's header with no credentials. */
function nullCall(xid: number): Buffer {
  const words = [xid, 0, 2, NFS_PROGRAM, NFS_VERSION, 0, 0, 0, 0, 0];
  const call = Buffer.alloc(4 + 4 * words.length);
  call.writeUInt32BE(0x8000_0000 + 4 * words.length, 0);
  for (const [index, word] of words.entries()) call.writeUInt32BE(word, 4 + 4 * index);
  return call;
}

/** Null: the rest of it is still to come. */
export function judgeReply(reply: Buffer, xid: number): Sign | null {
  if (reply.length > MOST_BYTES) return down("answers with something else than NFS");
  if (reply.length < 16) return null;
  const [id, type, stat] = [reply.readUInt32BE(4), reply.readUInt32BE(8), reply.readUInt32BE(12)];
  if (id !== xid || type !== 1) return down("answers with something else than NFS");
  if (stat !== ACCEPTED) return down("refuses the call");
  if (reply.length < 24) return null;
  // The verifier's body, at most 400 bytes, stands before the status.
  const at = 24 + reply.readUInt32BE(20);
  if (at > MOST_BYTES) return down("answers with something else than NFS");
  if (reply.length < at + 4) return null;
  const status = reply.readUInt32BE(at);
  return status === SUCCESS || status === PROGRAM_MISMATCH
    ? { kind: "up" }
    : down(`does not serve NFS (status ${status})`);
}
