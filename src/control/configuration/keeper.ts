/** What keeps the configuration, as the daemon, the API and the metrics see it. */
import type { Logger } from "pino";
import type { MachineName } from "../../core/domain/names.ts";
import type { Store } from "../../store/store.ts";
import type { Configuration } from "./configuration.ts";
import type { Problem } from "./problem.ts";

export interface PendingConfiguration {
  readonly digest: string;
  /** Why it waits for `retask accept`. */
  readonly reasons: readonly string[];
  readonly changes: readonly string[];
}

export interface ConfigurationStatus {
  readonly inForceDigest: string;
  /** When it was accepted, Unix ms. */
  readonly acceptedMs: number;
  /** Of the files as they stand; not empty: they are not in force. */
  readonly problems: readonly Problem[];
  readonly pending: PendingConfiguration | null;
  /** `stored`: the files are broken, gone or waiting, and what is in force comes from the store. */
  readonly source: "files" | "stored";
  /** Keys of retask.yaml that were accepted, but take effect only at the next start. */
  readonly restartNeeded: readonly string[];
}

export type Acceptance = { readonly ok: true } | { readonly ok: false; readonly why: string };

export interface ConfigurationKeeper {
  current(): Configuration;
  status(): ConfigurationStatus;
  /** Puts the waiting configuration into force. `digest`: all of it, or its beginning, at least 8 digits. */
  accept(digest: string, who: string): Promise<Acceptance>;
  /** Reads the files again now, as on SIGHUP. */
  reload(): Promise<ConfigurationStatus>;
  /** Called after another configuration came into force; the answer stops it. */
  onChange(listener: (configuration: Configuration) => void): () => void;
  close(): Promise<void>;
}

export type StartedKeeper =
  | { readonly ok: true; readonly keeper: ConfigurationKeeper }
  /** Neither the files nor the store hold a configuration that this program can run by. */
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface KeeperOptions {
  readonly dir: string;
  readonly store: Pick<Store, "acceptedConfiguration" | "saveAcceptedConfiguration" | "audit">;
  readonly log: Logger;
  readonly wallMs: () => number;
  /** Machines that are off for certain, by the last observation: only their entries may be deleted. */
  readonly offMachines: () => ReadonlySet<MachineName>;
  /** How often the files are looked at without a notification, ms. */
  readonly pollMs?: number;
}
