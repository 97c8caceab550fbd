/** An operator's change, made with care: what it would do is worked out first, and what is severe must be typed by name. */
import type { Command } from "commander";
import type { Preview } from "../control/previewed.ts";
import { asLine } from "./arguments.ts";
import { askFor } from "./ask.ts";
import { CommandFailed } from "./command-failed.ts";
import type { Answer, Method } from "./daemon-client.ts";
import type { Invocation } from "./invocation.ts";
import type { scopeOf } from "./pause-scope.ts";
import { previewText } from "./text/preview-text.ts";

export interface CareOptions {
  readonly preview?: boolean;
  readonly confirm?: string;
}

export const withCare = (command: Command): Command =>
  command
    .option("--preview", "show what it would do, and do nothing")
    .option("--confirm <name>", "do not ask where it is severe: the name that would have to be typed", asLine);

/** What a change is, as the preview takes it. */
export interface Act {
  readonly kind: string;
  readonly machine?: string;
  readonly role?: string;
  readonly server?: string;
  readonly scope?: ReturnType<typeof scopeOf>;
  readonly [field: string]: unknown;
}

export interface CarefulChange {
  readonly method: Exclude<Method, "GET">;
  readonly path: string;
  readonly body: object;
  readonly act: Act;
}

/** What a preview wants to know of a change's body. */
const SAID = ["author", "reason", "for", "until", "untilResumed", "overrideFloor"];

/** The daemon's answer; null: it was only to be previewed, and has been shown. */
export async function carefully<T>(cli: Invocation, change: CarefulChange, options: CareOptions): Promise<T | null> {
  const daemon = await cli.daemon();
  const { method, path, body } = change;
  const question = questionOf(change);
  if (options.preview === true) {
    cli.show("preview", await daemon.send<Preview>(question.method, question.path, question.body), previewText);
    return null;
  }
  const answer = await daemon.ask(question);
  if (!answer.ok) await confirmUnseen(cli, answer, nameOf(change.act), options);
  else if ((answer.value as Preview).severe) await confirm(cli, answer.value as Preview, options);
  return daemon.send<T>(method, path, body);
}

function questionOf({ act, body }: CarefulChange) {
  const said = Object.entries(body).filter(([key]) => SAID.includes(key));
  return { method: "POST", path: "/v1/overrides/preview", body: { act, ...Object.fromEntries(said) } } as const;
}

/** The change itself is refused for the same reason: no question comes before that, and the refusal is audited. */
const REFUSED_ALIKE = new Set([
  ...["RTK_UNKNOWN_MACHINE", "RTK_UNKNOWN_ROLE", "RTK_UNKNOWN_OVERRIDE", "RTK_NOT_ELIGIBLE", "RTK_BAD_EXPIRY"],
  ...["RTK_BAD_COUNT", "RTK_BELOW_FLOOR", "RTK_NOT_QUARANTINED", "RTK_STILL_SICK", "RTK_INVALID_REQUEST"],
  ...["RTK_UNKNOWN_STORAGE", "RTK_STORAGE_STATE", "RTK_STORAGE_UNFIT"],
  ...["RTK_UNKNOWN_IMAGE", "RTK_ROLLOUT_UNDER_WAY", "RTK_NOTHING_TO_ROLL_OUT", "RTK_CHANNEL_FILE"],
  ...["RTK_NO_TOKEN", "RTK_WRONG_HOST"],
]);

/** What could not be worked out may be severe, so it is taken for that. */
async function confirmUnseen(
  cli: Invocation,
  { code, why }: Extract<Answer, { ok: false }>,
  name: string,
  options: CareOptions,
) {
  if (code !== null && REFUSED_ALIKE.has(code)) return;
  // Nobody is there to do it either.
  if (code === null) throw new CommandFailed(why);
  if (options.confirm === undefined) cli.tell(why, (text) => `what it would do can't be told: ${text}`);
  await insistOn(name, cli, options);
}

/** As a preview names what must be typed. */
function nameOf({ machine, role, server, scope }: CarefulChange["act"]): string {
  if (scope === undefined) return machine ?? role ?? server ?? "yes";
  if (scope === "pool") return scope;
  return "role" in scope ? scope.role : scope.machine;
}

async function confirm(cli: Invocation, preview: Preview, options: CareOptions): Promise<void> {
  if (options.confirm === undefined) cli.tell(preview, previewText);
  await insistOn(preview.confirm ?? "yes", cli, options);
}

async function insistOn(name: string, cli: Invocation, options: CareOptions): Promise<void> {
  const said = options.confirm ?? (await askFor(`Type ${name} to do this: `, cli.options));
  if (said === null) {
    throw new CommandFailed(`nothing was changed: this is severe, and nobody could be asked; say --confirm ${name}`);
  }
  if (said !== name) throw new CommandFailed(`nothing was changed: ${name} was to be typed, not ${said || "nothing"}`);
}
