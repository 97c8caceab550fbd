/** Small files on the disk beside the TFTP server, read under a deadline and a size limit. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";

export type SmallFile = { readonly ok: true; readonly content: Buffer } | { readonly ok: false; readonly why: string };

/** Reads a file of at most `maxBytes`, following links. Gives up waiting, not the call itself, when the signal fires. */
export async function readSmallFile(path: string, maxBytes: number, signal: AbortSignal): Promise<SmallFile> {
  if (signal.aborted) return late(path);
  let release = () => {};
  const aborted = new Promise<SmallFile>((resolve) => {
    const onAbort = () => resolve(late(path));
    signal.addEventListener("abort", onAbort, { once: true });
    release = () => signal.removeEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([readCapped(path, maxBytes), aborted]);
  } finally {
    release();
  }
}

const late = (path: string): SmallFile => ({ ok: false, why: `${path}: the file system gave no answer in time` });

async function readCapped(path: string, maxBytes: number): Promise<SmallFile> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!(await handle.stat()).isFile()) return { ok: false, why: `${path} is not a plain file` };
      const buffer = Buffer.alloc(maxBytes + 1);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
      if (bytesRead > maxBytes) return { ok: false, why: `${path} is larger than ${maxBytes} bytes` };
      if (bytesRead === 0) return { ok: false, why: `${path} is empty, which a boot loader takes for missing` };
      return { ok: true, content: Buffer.from(buffer.subarray(0, bytesRead)) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") throw error;
    return { ok: false, why: error.code === "ENOENT" ? `${path} is missing` : `${path} can't be read (${error.code})` };
  }
}
