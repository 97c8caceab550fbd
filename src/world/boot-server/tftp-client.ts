/**
 * Reads a file, or its beginning, from a TFTP server. Our own, because the npm clients know neither a deadline nor how to
 * stop after the first block, and a preflight must not pull every kernel through the network.
 */
import { createSocket, type RemoteInfo } from "node:dgram";
import { lookup } from "node:dns/promises";
import { setMaxListeners } from "node:events";
import { decodePacket, encodeError, TFTP_ERROR } from "./tftp-packets.ts";
import { beginTransfer, onPacket, type TftpCode, type Transfer, type TransferEnd, type Wish } from "./tftp-transfer.ts";

export interface TftpServer {
  /** An IPv4 address, or a name that has one. */
  readonly host: string;
  readonly port: number;
}

export interface TftpTiming {
  /** For the whole file. */
  readonly deadlineMs: number;
  /** Until what was sent last is sent again; doubles each time, up to 4 s. */
  readonly retransmitMs: number;
}

export type TftpReply =
  | { readonly ok: true; readonly content: Buffer; readonly sizeBytes: number | null }
  | { readonly ok: false; readonly code: TftpCode; readonly why: string };

const MAX_RETRANSMIT_MS = 4_000;

/** Fetches one file. `why` reads after "the server …". Never throws for what a server or the network does. */
export async function fetchOverTftp(
  server: TftpServer,
  wish: Wish,
  timing: TftpTiming,
  signal: AbortSignal,
): Promise<TftpReply> {
  const deadline = deadlineWithin(signal, timing.deadlineMs);
  try {
    const address = await addressOf(server.host, deadline.signal);
    if (address === null)
      return { ok: false, code: "RTK_TFTP_UNREACHABLE", why: "has no IPv4 address that can be found out" };

    const run = (withOptions: boolean) =>
      transfer({ ...server, host: address }, beginTransfer(wish, withOptions), timing.retransmitMs, deadline.signal);
    const first = await run(true);
    if (first.ok || first.code !== "plain") return first;
    // A server that refuses options gets a request without, as a new transfer from a new port.
    const second = await run(false);
    if (second.ok || second.code !== "plain") return second;
    return { ok: false, code: "RTK_TFTP_ERROR", why: `answers ${second.why}` };
  } finally {
    deadline.release();
  }
}

/** A signal that fires with the caller's or after `ms`, and that lets go of the caller's when released. */
function deadlineWithin(signal: AbortSignal, ms: number): { signal: AbortSignal; release: () => void } {
  // One signal serves a whole tick: many fetches listen to it, and that is no leak.
  setMaxListeners(0, signal);
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, ms);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  const release = () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  };
  return { signal: controller.signal, release };
}

async function addressOf(host: string, until: AbortSignal): Promise<string | null> {
  if (until.aborted) return null;
  const aborted = new Promise<null>((resolve) => until.addEventListener("abort", () => resolve(null), { once: true }));
  const found = lookup(host, { family: 4 }).then(
    ({ address }) => address,
    () => null,
  );
  return Promise.race([found, aborted]);
}

/** One transfer on one socket, which is closed however it ends. */
function transfer(server: TftpServer, begun: Transfer, retransmitMs: number, until: AbortSignal): Promise<TransferEnd> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    let state = begun;
    // The server answers from a port of its own choosing (RFC 1350's TID), and from then on only that one counts.
    let peerPort: number | null = null;
    let elsewhere: string | null = null;
    let waitMs = retransmitMs;
    let timer: NodeJS.Timeout | undefined;
    let ended = false;

    const end = (result: TransferEnd) => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      socket.close();
      resolve(result);
    };
    const fail = (error: Error) => end(unreachable(error));
    const send = (packet: Buffer, port: number, then?: () => void) => {
      if (ended) return;
      socket.send(packet, port, server.host, (error) => (error === null ? then?.() : fail(error)));
    };
    const rearm = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        waitMs = Math.min(2 * waitMs, MAX_RETRANSMIT_MS);
        send(state.lastSent, peerPort ?? server.port);
        rearm();
      }, waitMs);
    };
    const onMessage = (datagram: Buffer, from: RemoteInfo) => {
      if (from.address !== server.host) {
        elsewhere = from.address;
        return;
      }
      const packet = decodePacket(datagram);
      if (packet === null) return;
      if (peerPort !== null && from.port !== peerPort) {
        send(encodeError(TFTP_ERROR.unknownTransfer, "unknown transfer"), from.port);
        return;
      }
      peerPort = from.port;
      const step = onPacket(state, packet);
      state = step.transfer;
      waitMs = retransmitMs;
      rearm();
      const { end: result } = step;
      // The last word is sent before the socket closes: without it the server would retransmit to nobody.
      const then = () => result !== null && end(result);
      if (step.send === null) then();
      else send(step.send, from.port, then);
    };

    socket.on("error", fail);
    socket.on("message", onMessage);
    until.addEventListener("abort", () => end(noAnswer(peerPort !== null, elsewhere)), { once: true });
    if (until.aborted) return end(noAnswer(false, null));
    socket.bind(0, () => {
      send(state.lastSent, server.port);
      rearm();
    });
  });
}

function noAnswer(begun: boolean, elsewhere: string | null): TransferEnd {
  const why = begun ? "began to answer, and did not finish in time" : "does not answer";
  const from = elsewhere === null ? "" : `; answers come from ${elsewhere} instead, which boot loaders refuse`;
  return { ok: false, code: "RTK_TFTP_NO_ANSWER", why: why + from };
}

function unreachable(error: Error): TransferEnd {
  const code = "code" in error && typeof error.code === "string" ? error.code : error.message;
  return { ok: false, code: "RTK_TFTP_UNREACHABLE", why: `can't be reached (${code})` };
}
