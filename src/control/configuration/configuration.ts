/** A site's files, read and found to fit together: what the daemon runs by. */
import type { Settings } from "../../core/domain/settings.ts";
import type { Site } from "../../core/domain/site.ts";
import type { Problem } from "./problem.ts";

export interface Configuration {
  /** SHA-256 over all files, in hex: names this configuration in logs and for `retask accept`. */
  readonly digest: string;
  readonly settings: Settings;
  readonly site: Site;
  /** path below the site's directory → text, as read. */
  readonly files: ReadonlyMap<string, string>;
  /** path → the values as written, defaults not filled in: for showing what a change changes. */
  readonly written: ReadonlyMap<string, unknown>;
}

export type ParsedConfiguration =
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly problems: readonly Problem[] };
