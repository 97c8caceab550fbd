#!/usr/bin/env node
/** `retask`: runs one command, and tells what it could not do. */
import { CommandFailed } from "./command-failed.ts";
import { printMessage } from "./invocation.ts";
import { buildProgram } from "./program.ts";

// `retask status | head -1` closes the pipe early: that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

try {
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode = 1;
  if (error instanceof CommandFailed) printMessage(`retask: ${error.message}`);
  else
    printMessage(
      `retask: this is a bug in retask, please report it\n${error instanceof Error ? error.stack : String(error)}`,
    );
}
