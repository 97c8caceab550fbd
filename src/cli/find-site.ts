/** A site's files, for a command that works by them without a daemon. */
import type { Configuration } from "../control/configuration/configuration.ts";
import { loadConfiguration } from "../control/configuration/load-configuration.ts";
import { describeProblems } from "../control/configuration/problem.ts";
import { CommandFailed } from "./command-failed.ts";

export async function siteIn(dir: string): Promise<Configuration> {
  const loaded = await loadConfiguration(dir);
  if (loaded.ok) return loaded.configuration;
  throw new CommandFailed(describeProblems(loaded.problems, false));
}
