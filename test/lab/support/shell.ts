/** A command on a machine, through the shell that the lab's machines serve to their network. */
import { createConnection } from "node:net";

export const SHELL_PORT = 2323;
/** An emulated machine that reads a program over the network for the first time takes seconds. */
const DEADLINE_MS = 60_000;

/** What it printed, errors too. */
export function shell({ ip }: { readonly ip: string }, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: ip, port: SHELL_PORT });
    let output = "";
    socket.setEncoding("utf8");
    socket.setTimeout(DEADLINE_MS, () => socket.destroy(new Error(`no answer to: ${command}`)));
    socket.on("connect", () => socket.write(`exec 2>&1\n${command}\nexit\n`));
    socket.on("data", (chunk: string) => {
      output += chunk;
    });
    socket.on("error", reject);
    socket.on("end", () => resolve(output.trim()));
  });
}
