/** `retask demo`: the whole controller over a simulated farm, with nothing else installed. */
import { type Command, InvalidArgumentError } from "commander";

const HELP = `
A day passes in ten minutes. Everything but the machines is real: the loop, the store, the API and the boot links, which lie
in a temporary directory. Exit codes: 0 ended, 1 could not start.`;

interface Given {
  readonly hours: number;
  readonly speed: number;
  readonly seed: number;
  readonly port: number;
}

export function addDemoCommand(program: Command): void {
  program
    .command("demo")
    .description("watch retask steer a simulated farm")
    .option("--hours <hours>", "simulated hours", number, 24)
    .option("--speed <factor>", "simulated seconds a second; 0: as fast as it can", number, 144)
    .option("--seed <seed>", "another seed, another day", number, 1)
    .option("--port <port>", "of the API on 127.0.0.1", number, 9_420)
    .addHelpText("after", HELP)
    .action(async (given: Given) => {
      const ended = new AbortController();
      process.once("SIGINT", () => ended.abort());
      process.once("SIGTERM", () => ended.abort());
      const say = (line: string): void => void process.stdout.write(`${line}\n`);
      const { runDemo } = await import("./demo/run-demo.ts");
      await runDemo({ ...given, say, signal: ended.signal });
    });
}

function number(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError("expected a number of 0 or more");
  return value;
}
