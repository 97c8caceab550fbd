/** Reads and checks a site's directory in one go. */
import type { ParsedConfiguration } from "./configuration.ts";
import { parseConfiguration } from "./parse-configuration.ts";
import { sortProblems } from "./problem.ts";
import { readSite, type SiteFiles } from "./read-site.ts";

/** `dir` holds retask.yaml, fleet.yaml and policies/; every problem of every file, or the configuration. */
export const loadConfiguration = async (dir: string): Promise<ParsedConfiguration> => parseSite(await readSite(dir));

/** As `loadConfiguration`, of files that are read already. */
export function parseSite(site: SiteFiles, parse?: Parameters<typeof parseConfiguration>[2]): ParsedConfiguration {
  const unreadable = site.problems.map(({ file }) => file);
  const parsed = parseConfiguration(site.files, unreadable, parse);
  return parsed.ok ? parsed : { ok: false, problems: sortProblems([...site.problems, ...parsed.problems]) };
}
