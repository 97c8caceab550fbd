/** One TFTP read as a pure state: packets in, packets out; the socket and the clock are the client's. */
import { encodeAck, encodeError, encodeReadRequest, type Packet, TFTP_ERROR } from "./tftp-packets.ts";

/** Fits an Ethernet frame with IP, UDP and TFTP headers, so that nothing on the way fragments it. */
const BLOCK_BYTES = 1_428;
const DEFAULT_BLOCK_BYTES = 512;
/** RFC 2348's smallest. */
const MIN_BLOCK_BYTES = 8;

export type TftpCode =
  | "RTK_TFTP_NO_ANSWER"
  | "RTK_TFTP_UNREACHABLE"
  | "RTK_TFTP_NOT_FOUND"
  | "RTK_TFTP_DENIED"
  | "RTK_TFTP_ERROR"
  | "RTK_TFTP_TOO_LARGE"
  | "RTK_TFTP_GARBLED";

export interface Wish {
  readonly file: string;
  /** `whole` up to `maxBytes`; `start`: the first block proves that the file is there and can be read. */
  readonly want: "whole" | "start";
  readonly maxBytes: number;
}

export type TransferEnd =
  /** `sizeBytes`: the file's, where the server tells it or all of it came; `null` otherwise. */
  | { readonly ok: true; readonly content: Buffer; readonly sizeBytes: number | null }
  | { readonly ok: false; readonly code: TftpCode; readonly why: string }
  /** The server refuses options: ask again, as plain RFC 1350 has it. */
  | { readonly ok: false; readonly code: "plain"; readonly why: string };

export interface Transfer {
  readonly wish: Wish;
  readonly blockBytes: number;
  /** The block that comes next; 1 before anything came. */
  readonly nextBlock: number;
  readonly received: readonly Buffer[];
  readonly receivedBytes: number;
  readonly sizeBytes: number | null;
  /** Sent again when nothing comes. */
  readonly lastSent: Buffer;
}

export interface Step {
  readonly transfer: Transfer;
  /** What to send now, if anything. */
  readonly send: Buffer | null;
  readonly end: TransferEnd | null;
}

/** The transfer before its first answer; `lastSent` is the request. */
export function beginTransfer(wish: Wish, withOptions: boolean): Transfer {
  const lastSent = encodeReadRequest(wish.file, withOptions ? { tsize: 0, blksize: BLOCK_BYTES } : {});
  const blockBytes = DEFAULT_BLOCK_BYTES;
  return { wish, blockBytes, nextBlock: 1, received: [], receivedBytes: 0, sizeBytes: null, lastSent };
}

export function onPacket(transfer: Transfer, packet: Packet): Step {
  switch (packet.kind) {
    case "error":
      return { transfer, send: null, end: endOfError(packet.code, packet.message) };
    case "optionAck":
      return onOptions(transfer, packet.options);
    case "data":
      return onData(transfer, packet.block, packet.content);
  }
}

const waiting = (transfer: Transfer, send: Buffer | null = null): Step => ({ transfer, send, end: null });

/** Ends a transfer of our own accord: the server hears of it, and need not retransmit to nobody. */
const giveUp = (transfer: Transfer, end: TransferEnd, message: string): Step => ({
  transfer,
  send: encodeError(0, message),
  end,
});

const garbled = (transfer: Transfer, what: string): Step =>
  giveUp(transfer, { ok: false, code: "RTK_TFTP_GARBLED", why: `answered against the protocol (${what})` }, what);

function endOfError(code: number, message: string): TransferEnd {
  const said = message === "" ? `error ${code}` : `"${message}"`;
  if (code === TFTP_ERROR.optionsRefused) return { ok: false, code: "plain", why: said };
  if (code === TFTP_ERROR.notFound) return { ok: false, code: "RTK_TFTP_NOT_FOUND", why: `answers ${said}` };
  // tftpd-hpa reports an unreadable file as error 0 with the system's own words.
  if (code === TFTP_ERROR.accessViolation || /permission denied/i.test(message))
    return { ok: false, code: "RTK_TFTP_DENIED", why: `answers ${said}` };
  return { ok: false, code: "RTK_TFTP_ERROR", why: `answers ${said}` };
}

function onOptions(transfer: Transfer, options: ReadonlyMap<string, string>): Step {
  if (transfer.nextBlock !== 1) return waiting(transfer);
  const blockBytes = numberOf(options.get("blksize")) ?? DEFAULT_BLOCK_BYTES;
  const sizeBytes = numberOf(options.get("tsize"));
  if (!(blockBytes >= MIN_BLOCK_BYTES && blockBytes <= BLOCK_BYTES))
    return garbled(transfer, "block size not asked for");
  if (transfer.wish.want === "whole" && sizeBytes !== null && sizeBytes > transfer.wish.maxBytes)
    return tooLarge(transfer);
  const ack = encodeAck(0);
  return waiting({ ...transfer, blockBytes, sizeBytes, lastSent: ack }, ack);
}

const numberOf = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;

const tooLarge = (transfer: Transfer): Step =>
  giveUp(
    transfer,
    { ok: false, code: "RTK_TFTP_TOO_LARGE", why: `sends more than ${transfer.wish.maxBytes} bytes` },
    "too large",
  );

function onData(transfer: Transfer, block: number, content: Buffer): Step {
  const { wish, blockBytes, nextBlock } = transfer;
  // A repeated block means that its acknowledgement was lost; anything else is late and of no use.
  if (block === nextBlock - 1 && nextBlock > 1) return waiting(transfer, transfer.lastSent);
  if (block !== nextBlock) return waiting(transfer);
  if (content.length > blockBytes) return garbled(transfer, "block too large");

  const received = [...transfer.received, Buffer.from(content)];
  const receivedBytes = transfer.receivedBytes + content.length;
  if (wish.want === "whole" && receivedBytes > wish.maxBytes) return tooLarge(transfer);
  const ack = encodeAck(block);
  const next: Transfer = { ...transfer, received, receivedBytes, nextBlock: nextBlock + 1, lastSent: ack };
  const last = content.length < blockBytes;
  if (!last && wish.want === "whole") return waiting(next, ack);

  const sizeBytes = last ? receivedBytes : transfer.sizeBytes;
  const end: TransferEnd = { ok: true, content: Buffer.concat(received), sizeBytes };
  return last ? { transfer: next, send: ack, end } : giveUp(next, end, "enough, thank you");
}
