/** A report's way to its file. */
import { writeFile } from "node:fs/promises";
import { CommandFailed } from "../command-failed.ts";
import type { Invocation } from "../invocation.ts";

export async function writeReport(file: string, page: string, cli: Invocation): Promise<void> {
  await writeFile(file, page).catch((error: Error) => {
    throw new CommandFailed(`the report can't be written: ${error.message}`);
  });
  cli.note(`the report is in ${file}`);
}
