/** What a machine asked for over TFTP, read from the packets that QEMU wrote down (pcap, Ethernet, IPv4). */
import { readFileSync, statSync } from "node:fs";

export interface TftpRequest {
  readonly file: string;
  /** What the server said when it had no such file. */
  readonly error: string | null;
}

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const ETHERNET = 14;
const IPV4 = 0x0800;
const UDP = 17;
const TFTP_PORT = 69;
const READ = 1;
const ERROR = 5;

/** In the order on the wire; empty while nothing was written. */
export function tftpRequests(pcapFile: string): TftpRequest[] {
  // A transfer is the client's port: the server answers requests to it.
  const asked: { file: string; error: string | null; port: number }[] = [];
  for (const packet of udpPackets(readOrEmpty(pcapFile))) {
    const op = packet.data.readUInt16BE(0);
    if (packet.to === TFTP_PORT && op === READ) {
      asked.push({ file: textAt(packet.data, 2), error: null, port: packet.from });
    } else if (op === ERROR) {
      // From whichever port: dnsmasq takes a new one for each transfer, QEMU's server answers from its own.
      const request = asked.findLast(({ port }) => port === packet.to);
      if (request !== undefined) request.error = textAt(packet.data, 4);
    }
  }
  return asked.map(({ file, error }) => ({ file, error }));
}

/**
 * From the first question for a file to the last piece of one, in wall-clock ms; null while there was none. QEMU's clock
 * begins at a whole second of its own, so the last packet, which was written when the file was, tells how late it is.
 */
export function tftpSpan(pcapFile: string): { readonly firstMs: number; readonly lastMs: number } | null {
  const { mtimeMs, size } = statSync(pcapFile);
  const pcap = readOrEmpty(pcapFile).subarray(0, size);
  const lateMs = mtimeMs - ([...frames(pcap)].at(-1)?.atMs ?? mtimeMs);
  const spoken = [...udpPackets(pcap)].filter(({ from, to }) => from === TFTP_PORT || to === TFTP_PORT);
  const [first, last] = [spoken[0], spoken.at(-1)];
  return first === undefined || last === undefined
    ? null
    : { firstMs: first.atMs + lateMs, lastMs: last.atMs + lateMs };
}

interface UdpPacket {
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
  readonly data: Buffer;
}

function* udpPackets(pcap: Buffer): Generator<UdpPacket> {
  for (const { atMs, frame } of frames(pcap)) {
    if (frame.length < ETHERNET + 20 || frame.readUInt16BE(12) !== IPV4 || frame[ETHERNET + 9] !== UDP) continue;
    const udp = frame.subarray(ETHERNET + ((frame[ETHERNET] ?? 0) & 15) * 4);
    if (udp.length < 12) continue;
    yield { atMs, from: udp.readUInt16BE(0), to: udp.readUInt16BE(2), data: udp.subarray(8) };
  }
}

/** Whole ones only: the last may still be written. */
function* frames(pcap: Buffer): Generator<{ readonly atMs: number; readonly frame: Buffer }> {
  for (let at = FILE_HEADER; at + RECORD_HEADER <= pcap.length; ) {
    const [seconds, microseconds, kept] = [0, 4, 8].map((field) => pcap.readUInt32LE(at + field));
    at += RECORD_HEADER + (kept ?? 0);
    if (at > pcap.length) return;
    yield { atMs: (seconds ?? 0) * 1_000 + (microseconds ?? 0) / 1_000, frame: pcap.subarray(at - (kept ?? 0), at) };
  }
}

const textAt = (data: Buffer, start: number): string => {
  const end = data.indexOf(0, start);
  return data.toString("latin1", start, end === -1 ? data.length : end);
};

function readOrEmpty(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
