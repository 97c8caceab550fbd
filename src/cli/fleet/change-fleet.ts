/** A change of fleet.yaml by a command: checked with the whole site around it before the file is touched. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Configuration } from "../../control/configuration/configuration.ts";
import { parseSite } from "../../control/configuration/load-configuration.ts";
import { FLEET_FILE } from "../../control/configuration/parse-configuration.ts";
import type { Problem } from "../../control/configuration/problem.ts";
import { readSite } from "../../control/configuration/read-site.ts";
import { CommandFailed } from "../command-failed.ts";
import { problemLine } from "../text/configuration-text.ts";
import type { Edited } from "./edit-fleet.ts";
import { parseOnce } from "./parse-once.ts";
import { replaceFile } from "./replace-file.ts";

export interface FleetChange {
  /** As in /etc/retask/fleet.yaml. */
  readonly file: string;
  /** null: there was no fleet.yaml yet. */
  readonly before: Configuration | null;
  readonly after: Configuration;
  /** The whole new file. */
  readonly text: string;
  /** Puts it in force for whoever reads the file. Refused when somebody else wrote it meanwhile. */
  readonly write: () => Promise<void>;
}

/**
 * What an edit would make of the site in `dir`. Ends the command where the site has problems already, where the edit is
 * refused, or where the new site would not pass `retask check`: nothing is written in any of these cases.
 */
export async function prepareFleetChange(dir: string, edit: (text: string) => Edited): Promise<FleetChange> {
  const site = await readSite(dir);
  const old = site.files.get(FLEET_FILE) ?? null;
  // It is edited next.
  const before = parseSite(site, (file, text) => parseOnce(file, text, file === FLEET_FILE));
  if (!before.ok && old !== null)
    throw new CommandFailed(refusal(`the files of ${dir} have problems already; correct them first`, before.problems));
  const edited = edit(old ?? "");
  const file = join(dir, FLEET_FILE);
  if (!edited.ok) throw new CommandFailed(`nothing was changed: ${file}: ${edited.why}`);
  const after = parseSite({ ...site, files: new Map(site.files).set(FLEET_FILE, edited.text) }, parseOnce);
  if (!after.ok) throw new CommandFailed(refusal(`with this, ${dir} would not pass \`retask check\``, after.problems));
  return {
    file,
    before: before.ok ? before.configuration : null,
    after: after.configuration,
    text: edited.text,
    write: () => write(file, old, edited.text),
  };
}

const refusal = (why: string, problems: readonly Problem[]): string =>
  [`nothing was changed: ${why}`, ...problems.map(problemLine)].join("\n");

async function write(file: string, old: string | null, text: string): Promise<void> {
  if ((await textOf(file)) !== old)
    throw new CommandFailed(`nothing was changed: somebody else wrote ${file} meanwhile; give the command again`);
  if (text === old) return;
  try {
    await replaceFile(file, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const advice = "run this as root or as the file's owner, or take --print and change the file yourself";
    throw new CommandFailed(`nothing was changed: ${file} can't be replaced (${code ?? String(error)}); ${advice}`);
  }
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new CommandFailed(`${file} can't be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
