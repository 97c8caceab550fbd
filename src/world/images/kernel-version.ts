/** Which version a kernel's file is of, as its header says. */
import { open } from "node:fs/promises";

/** Linux' boot protocol for x86 (Documentation/arch/x86/boot.rst): `HdrS` at 0x202, the text's place at 0x20e. */
const MAGIC_AT = 0x202;
const MAGIC = "HdrS";
const POINTER_AT = 0x20e;
const BASE = 0x200;
const HEADER_BYTES = 0x8000;
const MAX_VERSION_BYTES = 256;

/** As in `6.1.0-25-amd64`, the name of its directory of modules; null where the file does not say. Throws file-system errors. */
export async function kernelVersion(path: string): Promise<string | null> {
  const handle = await open(path, "r");
  try {
    const buffer = Buffer.alloc(HEADER_BYTES + BASE + MAX_VERSION_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    const header = buffer.subarray(0, bytesRead);
    if (header.length < POINTER_AT + 2 || header.toString("latin1", MAGIC_AT, MAGIC_AT + 4) !== MAGIC) return null;
    const start = BASE + header.readUInt16LE(POINTER_AT);
    const text = header.toString("latin1", start, start + MAX_VERSION_BYTES);
    return /^([\w.+~-]+)[ \0]/.exec(text)?.[1] ?? null;
  } finally {
    await handle.close();
  }
}
