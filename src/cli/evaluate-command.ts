/**
 * `retask evaluate`: decides for a simulated pool of two roles over a JSON-lines protocol, so that any back-test can hold this
 * very code against other rules.
 *
 * The first line on standard input is `{"type":"init","N":50,"switchMinutes":4,"weights":{…},"orderEveryMinutes":1,
 * "history":{"web":[…],"compile":[…]|null}}` and is answered by `{"ok":true}`. Each further line is one minute,
 * `{"t":0,"demand":{"web":21.3,"compile":null},"machines":{"web":24,"compile":26,"toWeb":0,"toCompile":0}}`, and is answered by
 * `{"targets":{"web":25,"compile":25}}`. Demand is that of the minute before, in machines needed; `null` is unknown. A target
 * counts machines on their way.
 */
import { createInterface } from "node:readline";
import type { Command } from "commander";
import { CommandFailed } from "./command-failed.ts";
import { initSchema, minuteSchema } from "./evaluate/messages.ts";
import { beginSession, type Session } from "./evaluate/session.ts";
import { helpText } from "./help-text.ts";

const ABOUT = `Reads one JSON object a line from standard input, the pool and its history first and then a minute each, and answers each
with one line: how many machines each role should have. It talks to no daemon and changes nothing.`;

export function addEvaluateCommand(program: Command): void {
  program
    .command("evaluate")
    .description("decide for a simulated pool, over a JSON-lines protocol")
    .addHelpText("after", helpText({ about: ABOUT, examples: ["evaluate < minutes.jsonl"] }))
    .action(async () => {
      let session: Session | null = null;
      for await (const line of createInterface({ input: process.stdin })) {
        if (line.trim() === "") continue;
        const message = parse(line);
        if (session === null) {
          session = beginSession(checked(initSchema, message, line));
          answer({ ok: true });
        } else {
          answer(session(checked(minuteSchema, message, line)));
        }
      }
    });
}

const answer = (value: unknown): boolean => process.stdout.write(`${JSON.stringify(value)}\n`);

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new CommandFailed(`the line is no JSON: ${shortened(line)} (${String(error)})`);
  }
}

interface Schema<T> {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: T }
    | { success: false; error: { issues: readonly { path: PropertyKey[]; message: string }[] } };
}

function checked<T>(schema: Schema<T>, message: unknown, line: string): T {
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CommandFailed(`${issue?.path.map(String).join(".")}: ${issue?.message}, in ${shortened(line)}`);
}

const shortened = (line: string): string => (line.length > 80 ? `${line.slice(0, 80)}…` : line);
