/** The flag file of `retask stop`: seen by a daemon whose API hangs, and by the next one that starts. */
import { readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export const stopFlagFile = (storeFile: string): string => join(dirname(storeFile), "stop");

/** Who stopped retask and why, or null. A flag that can't be read is a flag. */
export function readStopFlag(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim().slice(0, 500) || "no reason was given";
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === "ENOENT" ? null : `the flag file ${file} can't be read (${code})`;
  }
}

export async function raiseStopFlag(file: string, why: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${why}\n`);
}

/** Whether there was one to remove. */
export async function clearStopFlag(file: string): Promise<boolean> {
  const was = readStopFlag(file) !== null;
  await rm(file, { force: true });
  return was;
}
