/** An operator's change, made with care: what it would do is worked out first, and what is severe must be typed by name. */
import type { Command } from "commander";
import type { Preview } from "../control/previewed.ts";
import { asLine } from "./arguments.ts";
import { askFor } from "./ask.ts";
import { CommandFailed } from "./command-failed.ts";
import type { DaemonClient, Method } from "./daemon-client.ts";
import type { Invocation } from "./invocation.ts";
import { previewText } from "./text/preview-text.ts";

export interface CareOptions {
  readonly preview?: boolean;
  readonly confirm?: string;
}

export const withCare = (command: Command): Command =>
  command
    .option("--preview", "show what it would do, and do nothing")
    .option("--confirm <name>", "do not ask where it is severe: the name that would have to be typed", asLine);

export interface CarefulChange {
  readonly method: Exclude<Method, "GET">;
  readonly path: string;
  readonly body: object;
  /** What it is, as the preview takes it. */
  readonly act: object;
}

/** What a preview wants to know of a change's body. */
const SAID = ["author", "reason", "for", "until", "untilResumed", "overrideFloor"];

/** The daemon's answer; null: it was only to be previewed, and has been shown. */
export async function carefully<T>(cli: Invocation, change: CarefulChange, options: CareOptions): Promise<T | null> {
  const daemon = await cli.daemon();
  const { method, path, body } = change;
  const preview = await previewOf(daemon, change, options);
  if (preview !== null && options.preview === true) {
    cli.show("preview", preview, previewText);
    return null;
  }
  if (preview?.severe === true) await confirm(cli, preview, options);
  return daemon.send<T>(method, path, body);
}

/** Null where none could be made: then the change itself is refused for the same reason, and its refusal is audited. */
async function previewOf(
  daemon: DaemonClient,
  { act, body }: CarefulChange,
  options: CareOptions,
): Promise<Preview | null> {
  const said = Object.entries(body).filter(([key]) => SAID.includes(key));
  const question = {
    method: "POST",
    path: "/v1/overrides/preview",
    body: { act, ...Object.fromEntries(said) },
  } as const;
  if (options.preview === true) return daemon.send<Preview>(question.method, question.path, question.body);
  const answer = await daemon.ask(question);
  return answer.ok ? (answer.value as Preview) : null;
}

async function confirm(cli: Invocation, preview: Preview, options: CareOptions): Promise<void> {
  const name = preview.confirm ?? "yes";
  if (options.confirm === undefined) cli.tell(preview, previewText);
  const said = options.confirm ?? (await askFor(`Type ${name} to do this: `, cli.options));
  if (said === null) {
    throw new CommandFailed(`nothing was changed: this is severe, and nobody could be asked; say --confirm ${name}`);
  }
  if (said !== name) throw new CommandFailed(`nothing was changed: ${name} was to be typed, not ${said || "nothing"}`);
}
