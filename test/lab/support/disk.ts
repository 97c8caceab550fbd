/** A local disk with some system on it: what a machine boots that nobody has told to boot from the network. */
import { writeFile } from "node:fs/promises";

const BYTES = 1_048_576;
const SECTOR = 512;
/** Where the firmware loads a boot sector to, and jumps. */
const LOADED_AT = 0x7c00;
/** What it says on the serial line before it halts. */
export const DISK_SAYS = "the disk's own system";

export async function writeBootDisk(file: string): Promise<void> {
  const text = Buffer.from(`${DISK_SAYS}\r\n\0`);
  const disk = Buffer.alloc(BYTES);
  const size = program(0).length;
  Buffer.concat([program(LOADED_AT + size), text]).copy(disk);
  // Without these two bytes the firmware takes it for data.
  disk.writeUInt16LE(0xaa55, SECTOR - 2);
  await writeFile(file, disk);
}

/** 8086 machine code: the text at this address, byte by byte, to COM1. */
const program = (text: number): Buffer =>
  Buffer.from([
    ...[0x31, 0xc0], //              xor ax, ax
    ...[0x8e, 0xd8], //              mov ds, ax
    ...[0xbe, text & 0xff, text >> 8], // mov si, text
    ...[0xba, 0xf8, 0x03], //        mov dx, 0x3f8
    ...[0xac], //              next: lodsb
    ...[0x84, 0xc0], //              test al, al
    ...[0x74, 0x03], //              jz end
    ...[0xee], //                    out dx, al
    ...[0xeb, 0xf8], //              jmp next
    ...[0xf4], //               end: hlt
    ...[0xeb, 0xfd], //              jmp end
  ]);
