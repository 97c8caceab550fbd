/** An image is looked over before it is promoted, where its files lie on this computer: an error there is cheaper than one at boot. */
import type { ImageName } from "../../core/domain/names.ts";
import { CommandFailed } from "../command-failed.ts";
import { siteIn } from "../find-site.ts";
import type { Invocation } from "../invocation.ts";
import { lintText } from "../text/lint-text.ts";
import { tellingFileErrors } from "./file-errors.ts";
import { type LintResult, lint } from "./lint.ts";

/** Throws CommandFailed where errors were found, unless they are to be overlooked. What can't be looked at is only said. */
export async function lintFirst(cli: Invocation, image: ImageName, isAnyway: boolean): Promise<void> {
  const result = await lookedOver(cli, image);
  if (result === null) return;
  const { errors, warnings, notLookedAt } = result;
  if (errors > 0) {
    cli.tell(result, lintText);
    if (isAnyway) return;
    const what = `${errors} ${errors === 1 ? "error was" : "errors were"} found`;
    throw new CommandFailed(`${image} is not promoted: ${what}, as above; --anyway promotes it all the same`);
  }
  if (notLookedAt !== null) cli.note(`the root of ${image} was not looked over: ${notLookedAt}`);
  if (warnings > 0)
    cli.note(`\`retask image lint ${image}\` has ${warnings} ${warnings === 1 ? "warning" : "warnings"}`);
}

/** Null: not from here, or not by this user. The daemon's own look at what it boots still follows. */
async function lookedOver(cli: Invocation, image: ImageName): Promise<LintResult | null> {
  try {
    return await tellingFileErrors(lint(image, async () => (await siteIn(cli.options.site)).settings));
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    cli.note(`${image} was not looked over: ${error.message}`);
    return null;
  }
}
