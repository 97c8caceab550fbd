/** The BMC password, read from its file for each call, so that a new one counts at once. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";

export type Password = { readonly ok: true; readonly password: string } | { readonly ok: false; readonly why: string };

/** IPMI 2.0 knows no longer ones; ipmitool refuses them. */
const MAX_BYTES = 20;

/** Strips one trailing newline; 1 to 20 bytes of printable UTF-8 must remain. The password itself is never in `why`. */
export async function readPasswordFile(file: string): Promise<Password> {
  try {
    // Non-blocking, so that a FIFO in the file's place can't hang the queue.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!(await handle.stat()).isFile()) return refused(file, "is not a regular file");
      const buffer = Buffer.alloc(256);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
      return checkPassword(file, buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch (error) {
    return refused(file, `can't be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`);
  }
}

/** Exported for its table test. */
export function checkPassword(file: string, content: Buffer): Password {
  const bytes = content.at(-1) === 0x0a ? content.subarray(0, -1) : content;
  if (bytes.length === 0) return refused(file, "is empty");
  if (bytes.length > MAX_BYTES) return refused(file, `holds more than ${MAX_BYTES} bytes, which IPMI does not allow`);
  const password = bytes.toString("utf8");
  if (!Buffer.from(password, "utf8").equals(bytes)) return refused(file, "is not UTF-8 text");
  // A carriage return or a second line is an editor's accident, and would only be seen as a wrong password.
  if (hasControlCharacter(bytes)) return refused(file, "holds a control character or a second line");
  return { ok: true, password };
}

const hasControlCharacter = (bytes: Buffer): boolean => bytes.some((byte) => byte < 0x20 || byte === 0x7f);

const refused = (file: string, problem: string): Password => ({
  ok: false,
  why: `the password file ${file} ${problem}`,
});
