/**
 * Whether SQLite's write-ahead log ends in a torn tail, which is normal after a power cut, or is damaged further up.
 * SQLite itself cannot tell: it stops at the first frame whose checksum is wrong and silently forgets every commit
 * behind it. A forgotten "power-off sent" would be sent again, so such a store must not be opened.
 *
 * Each commit is synced before the next one begins, and opening empties the log, so behind a torn frame lies at most
 * one commit of the same generation (the one that the power cut interrupted). Two prove damage.
 * Format: https://sqlite.org/fileformat2.html#the_write_ahead_log
 */
import { existsSync, readFileSync } from "node:fs";

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** SQLite's default, which a store never changes; needed where the log's own header is damaged. */
const PAGE_BYTES = 4_096;
const MAGIC_LITTLE_ENDIAN = 0x377f0682;

export interface WalVerdict {
  /** Bytes of this generation behind the last good frame; 0 after a clean commit. */
  readonly tornBytes: number;
  readonly damaged: boolean;
}

/** Call it while holding the store's lock, and before SQLite opens the store. */
export function checkWal(file: string): WalVerdict {
  if (!existsSync(file)) return { tornBytes: 0, damaged: false };
  const wal = readFileSync(file);
  if (wal.length < HEADER_BYTES + FRAME_HEADER_BYTES) return { tornBytes: 0, damaged: false };

  const header = readHeader(wal);
  if (header === null)
    return judgeRest(wal, HEADER_BYTES, FRAME_HEADER_BYTES + PAGE_BYTES, saltsAt(wal, HEADER_BYTES + 8));
  return judgeRest(wal, endOfGoodFrames(wal, header), header.frameBytes, header.salts);
}

interface WalHeader {
  readonly littleEndian: boolean;
  readonly frameBytes: number;
  readonly salts: bigint;
  readonly sums: Sums;
}

type Sums = readonly [number, number];

function readHeader(wal: Buffer): WalHeader | null {
  const littleEndian = wal.readUInt32BE(0) === MAGIC_LITTLE_ENDIAN;
  const sums = addSums(wal, 0, 24, [0, 0], littleEndian);
  if (sums[0] !== wal.readUInt32BE(24) || sums[1] !== wal.readUInt32BE(28)) return null;
  return { littleEndian, frameBytes: FRAME_HEADER_BYTES + wal.readUInt32BE(8), salts: saltsAt(wal, 16), sums };
}

const saltsAt = (wal: Buffer, offset: number): bigint => wal.readBigUInt64BE(offset);

/** Where the unbroken chain of checksums ends; frames of an earlier generation (other salts) end it as well. */
function endOfGoodFrames(wal: Buffer, header: WalHeader): number {
  let { sums } = header;
  let offset = HEADER_BYTES;
  for (; offset + header.frameBytes <= wal.length; offset += header.frameBytes) {
    if (saltsAt(wal, offset + 8) !== header.salts) break;
    const body = offset + FRAME_HEADER_BYTES;
    sums = addSums(wal, offset, offset + 8, sums, header.littleEndian);
    sums = addSums(wal, body, offset + header.frameBytes, sums, header.littleEndian);
    if (sums[0] !== wal.readUInt32BE(offset + 16) || sums[1] !== wal.readUInt32BE(offset + 20)) break;
  }
  return offset;
}

function judgeRest(wal: Buffer, from: number, frameBytes: number, salts: bigint): WalVerdict {
  let commits = 0;
  let end = from;
  for (let offset = from; offset + FRAME_HEADER_BYTES <= wal.length; offset += frameBytes) {
    if (saltsAt(wal, offset + 8) !== salts) continue;
    end = Math.min(offset + frameBytes, wal.length);
    // A frame that ends a commit states the database's size in pages; the others state 0.
    if (wal.readUInt32BE(offset + 4) !== 0) commits += 1;
  }
  return { tornBytes: end - from, damaged: commits > 1 };
}

/** SQLite's own running checksum over 32-bit words. */
function addSums(wal: Buffer, from: number, to: number, start: Sums, littleEndian: boolean): Sums {
  let [first, second] = start;
  for (let offset = from; offset < to; offset += 8) {
    const [a, b] = littleEndian
      ? [wal.readUInt32LE(offset), wal.readUInt32LE(offset + 4)]
      : [wal.readUInt32BE(offset), wal.readUInt32BE(offset + 4)];
    first = (first + a + second) >>> 0;
    second = (second + b + first) >>> 0;
  }
  return [first, second];
}
