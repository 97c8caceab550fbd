/** What a machine asked for over TFTP, read from the packets that QEMU wrote down (pcap, Ethernet, IPv4). */
import { readFileSync } from "node:fs";

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
  for (const packet of udpPackets(pcapFile)) {
    const op = packet.data.readUInt16BE(0);
    if (packet.to === TFTP_PORT && op === READ) {
      asked.push({ file: textAt(packet.data, 2), error: null, port: packet.from });
    } else if (packet.from === TFTP_PORT && op === ERROR) {
      const request = asked.findLast(({ port }) => port === packet.to);
      if (request !== undefined) request.error = textAt(packet.data, 4);
    }
  }
  return asked.map(({ file, error }) => ({ file, error }));
}

interface UdpPacket {
  readonly from: number;
  readonly to: number;
  readonly data: Buffer;
}

function* udpPackets(pcapFile: string): Generator<UdpPacket> {
  const pcap = readOrEmpty(pcapFile);
  for (let at = FILE_HEADER; at + RECORD_HEADER <= pcap.length; ) {
    const kept = pcap.readUInt32LE(at + 8);
    const frame = pcap.subarray(at + RECORD_HEADER, at + RECORD_HEADER + kept);
    at += RECORD_HEADER + kept;
    if (frame.length < ETHERNET + 20 || frame.readUInt16BE(12) !== IPV4 || frame[ETHERNET + 9] !== UDP) continue;
    const udp = frame.subarray(ETHERNET + ((frame[ETHERNET] ?? 0) & 15) * 4);
    if (udp.length < 12) continue;
    yield { from: udp.readUInt16BE(0), to: udp.readUInt16BE(2), data: udp.subarray(8) };
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
