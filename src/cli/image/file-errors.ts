/** What the file system, or a tool that reads it, refuses is told as it is: no bug of retask's, and often a matter of who asks. */
import { CommandFailed } from "../command-failed.ts";

export async function tellingFileErrors<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    // `cmd`: a program that failed, as du does where it may not look.
    if (!(error instanceof Error) || !("syscall" in error || "cmd" in error)) throw error;
    const isDenied = "code" in error && (error.code === "EACCES" || error.code === "EPERM");
    throw new CommandFailed(`${error.message.trim()}${isDenied ? "; ask again as root" : ""}`);
  }
}
