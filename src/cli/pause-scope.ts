/** What a pause is about: exactly one of the pool, a role or a machine. Nothing said never means everything (S3). */
import { type Command, Option } from "commander";
import { asMachine, asRole } from "./arguments.ts";
import { CommandFailed } from "./command-failed.ts";

export interface ScopeOptions {
  readonly pool?: boolean;
  readonly role?: string;
  readonly machine?: string;
}

export const withScope = (command: Command): Command =>
  command
    .addOption(new Option("--pool", "the whole pool").conflicts(["role", "machine"]))
    .addOption(new Option("--role <role>", "one role").argParser(asRole).conflicts(["pool", "machine"]))
    .addOption(new Option("--machine <machine>", "one machine").argParser(asMachine).conflicts(["pool", "role"]));

/** As the API takes it. */
export function scopeOf({ pool, role, machine }: ScopeOptions): "pool" | { role: string } | { machine: string } {
  if (role !== undefined) return { role };
  if (machine !== undefined) return { machine };
  if (pool === true) return "pool";
  throw new CommandFailed("say what: --role ROLE, --machine MACHINE, or --pool for the whole pool");
}
