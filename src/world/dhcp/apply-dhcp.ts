/** Brings the DHCP server's include file in line with the fleet: tried first, put in place at once, undone where it fails. */
import type { DhcpSettings } from "../../core/domain/dhcp-settings.ts";
import type { Machine } from "../../core/domain/fleet.ts";
import { dhcpFile, entriesOf, type Handover } from "./dhcp-file.ts";
import {
  type DhcpTrouble,
  forgetKept,
  forgetStaged,
  type IncludeFile,
  putBack,
  putInPlace,
  readIncludeFile,
  reasonOf,
  stagedOf,
  trouble,
  writeBeside,
} from "./include-file.ts";
import { askKea } from "./kea-control.ts";
import { runCommand } from "./run-command.ts";
import { tryConfiguration } from "./try-configuration.ts";

export interface DhcpDifference {
  readonly ok: true;
  readonly server: DhcpSettings["server"];
  readonly file: string;
  /** Whether `apply` would do anything: change entries, or finish an `apply` that was interrupted. */
  readonly pending: boolean;
  readonly interrupted: boolean;
  /** Entries as the file holds them, one line each. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export interface DhcpApplied extends DhcpDifference {
  /** Whether the file was written and the server told. */
  readonly changed: boolean;
}

export interface DhcpWish {
  /** A list, and no iterator: it is gone through more than once. */
  readonly machines: readonly Machine[];
  readonly settings: DhcpSettings;
  /** An address that has just changed hands. */
  readonly handover?: Handover | null;
}

/** What the file lacks, and what it holds too much. */
export async function compareDhcp(wish: DhcpWish): Promise<DhcpDifference | DhcpTrouble> {
  const read = await readIncludeFile(wish.settings.file);
  return "ok" in read ? read : differenceOf(wish, read);
}

function differenceOf({ machines, settings, handover = null }: DhcpWish, read: IncludeFile): DhcpDifference {
  const wanted = dhcpFile(machines, settings, handover);
  const [before, after] = [entriesOf(read.text ?? ""), entriesOf(wanted)];
  const { interrupted, text } = read;
  return {
    ok: true,
    server: settings.server,
    file: settings.file,
    pending: text !== wanted || interrupted,
    interrupted,
    added: after.filter((line) => !before.includes(line)),
    removed: before.filter((line) => !after.includes(line)),
  };
}

/** `dryRun`: everything but writing and reloading is looked at, the server's own trial left out (it needs a file). */
export async function applyDhcp(
  wish: DhcpWish,
  { dryRun, signal }: { readonly dryRun: boolean; readonly signal: AbortSignal },
): Promise<DhcpApplied | DhcpTrouble> {
  const { settings, machines, handover = null } = wish;
  // Whatever made the list empty, it was no order to take every machine's address away (S3).
  if (machines.length === 0)
    return trouble(
      "RTK_DHCP_REFUSED",
      `${settings.file} would have no entry, and is left as it is: the fleet is empty`,
    );
  const read = await readIncludeFile(settings.file);
  if ("ok" in read) return read;
  const difference = differenceOf(wish, read);
  if (dryRun || !difference.pending) return { ...difference, changed: false };
  try {
    await writeBeside(stagedOf(read.path), dhcpFile(machines, settings, handover));
    const refused = await tryConfiguration(settings, stagedOf(read.path), signal);
    if (refused !== null) {
      await forgetStaged(read);
      return refused;
    }
    await putInPlace(read);
    const failed = await reload(settings, signal);
    if (failed !== null) return await undo(settings, read, failed);
    await forgetKept(read);
  } catch (error) {
    await forgetStaged(read).catch(() => undefined);
    return trouble("RTK_DHCP_FILE", `${settings.file} can't be replaced: ${reasonOf(error)}`);
  }
  return verified(wish, difference);
}

/** Read back: somebody else may have written in the same moment. */
async function verified(wish: DhcpWish, difference: DhcpDifference): Promise<DhcpApplied | DhcpTrouble> {
  const after = await compareDhcp(wish);
  if (!after.ok) return after;
  if (after.pending) return trouble("RTK_DHCP_FILE", `${after.file} was changed by somebody else meanwhile; try again`);
  return { ...difference, changed: true };
}

/** Null: the server has read the file. */
async function reload({ reload: command, socket }: DhcpSettings, signal: AbortSignal): Promise<string | null> {
  if (command !== null) return runCommand(command, signal);
  try {
    const { result, text } = await askKea(socket ?? "", "config-reload", null, signal);
    return result === 0 ? null : text;
  } catch (error) {
    return `${socket}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The old entries again, and the server told so: not bound to the caller's patience, for half a change is the worst. */
async function undo(settings: DhcpSettings, read: IncludeFile, failed: string): Promise<DhcpTrouble> {
  await putBack(read);
  const again = await reload(settings, new AbortController().signal);
  const then =
    again === null
      ? "the old entries are back, and the server reads them"
      : `the old entries are back, but the server was not reloaded with them either (${again}): look after it now`;
  return trouble("RTK_DHCP_RELOAD", `the DHCP server did not take ${settings.file}: ${failed}; ${then}`);
}
