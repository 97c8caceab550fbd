/** `retask fleet import`: machines from a CSV file or from the hosts of a dhcpd.conf; what is there already is never changed. */
import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { CommandFailed } from "../command-failed.ts";
import { helpText } from "../help-text.ts";
import { type Invocation, invocationOf } from "../invocation.ts";
import { type FleetImported, fleetImportedText } from "../text/fleet-text.ts";
import { prepareFleetChange } from "./change-fleet.ts";
import { addEntries } from "./edit-fleet.ts";
import { type Imported, importRows } from "./import-rows.ts";
import { entriesOf, standingOf } from "./merge-entries.ts";
import { type Row, readCsv } from "./read-csv.ts";
import { readDhcpd } from "./read-dhcpd.ts";
import { renderEntry } from "./render-entry.ts";

interface ImportOptions {
  readonly format?: "csv" | "dhcpd";
  readonly bmcFrom?: string;
  readonly join?: string;
  readonly print?: boolean;
}

const ABOUT = `A CSV file needs a header. Columns: name, ip, mac, bmc (ADDRESS or ADDRESS:PORT), bmcPasswordFile, rack, pdu, storage, any
other domain as domains.KIND, roles (web compile), capacity, loader, status. Of a dhcpd.conf the host declarations are taken:
name, hardware ethernet, fixed-address. A dhcpd.conf knows no BMCs: --bmc-from makes them by a rule of {name}, {ip} and {1} to
{4}, the numbers of the machine's own address; --join takes them, and every other column, from a CSV file by name or by mac.`;

export function addFleetImport(fleet: Command): void {
  fleet
    .command("import")
    .description("add the machines of a CSV file, or of a dhcpd.conf")
    .argument("<file>", "the file")
    .addOption(
      new Option("--format <format>", "what the file is (default: csv if it is named so, else dhcpd)").choices([
        "csv",
        "dhcpd",
      ]),
    )
    .addOption(new Option("--bmc-from <rule>", "each machine's BMC, as in 10.0.9.{4} or {name}-bmc").argParser(asRule))
    .option("--join <file>", "a CSV file that says more of the same machines, by name or by mac")
    .option("--print", "show what would be added, and write nothing")
    .addHelpText(
      "after",
      helpText({
        about: ABOUT,
        examples: ["fleet import machines.csv --print", "fleet import /etc/dhcp/dhcpd.conf --bmc-from 10.0.9.{4}"],
        exits: "0 fine, 1 error, or machines that are at odds with fleet.yaml.",
      }),
    )
    .action(async (file: string, options: ImportOptions, command: Command) => {
      const cli = invocationOf(command);
      await importFile(cli, file, options);
    });
}

const asRule = (text: string): string => {
  if (/\{(name|ip|[1-4])\}/.test(text)) return text;
  throw new InvalidArgumentError("expected {name}, {ip} or {1} to {4} in it: no two machines share a BMC.");
};

async function importFile(cli: Invocation, file: string, options: ImportOptions): Promise<void> {
  const { rows, skipped } = await rowsOf(file, options);
  const joined = options.join === undefined ? [] : await joinedRows(options.join);
  const imported = importRows(rows, { joined, ...(options.bmcFrom === undefined ? {} : { bmcFrom: options.bmcFrom }) });
  insistOnEntries(file, imported, options);
  const fresh: FleetImported["new"][number][] = [];
  const same: string[] = [];
  const conflicts: { machine: string; line: number; why: string }[] = [];
  const change = await prepareFleetChange(cli.options.site, (text) => {
    const known = entriesOf(text);
    for (const { line, entry } of imported.entries) {
      const standing = standingOf(known, entry);
      if (standing.kind === "new") fresh.push({ machine: entry.name, line, entry: renderEntry(entry, null) });
      else if (standing.kind === "same") same.push(entry.name);
      else conflicts.push({ machine: entry.name, line, why: standing.why });
    }
    const names = new Set(fresh.map(({ machine }) => machine));
    const added = imported.entries.map(({ entry }) => entry).filter(({ name }) => names.has(name));
    return added.length === 0 ? { ok: true, text } : addEntries(text, added);
  });
  const written = options.print !== true && fresh.length > 0;
  if (written) await change.write();
  const shown: FleetImported = { from: file, file: change.file, written, new: fresh, same, conflicts, skipped };
  cli.show("fleetImported", shown, fleetImportedText);
  if (conflicts.length > 0) process.exitCode = 1;
}

async function rowsOf(file: string, { format, bmcFrom, join }: ImportOptions) {
  const text = await textOf(file);
  if ((format ?? (file.endsWith(".csv") ? "csv" : "dhcpd")) === "csv") {
    const needed = ["name", "ip", "mac", ...(bmcFrom === undefined && join === undefined ? ["bmc"] : [])];
    const read = readCsv(text, needed);
    if (!read.ok) throw new CommandFailed(`nothing was changed: ${file}: ${read.why}`);
    return { rows: read.rows, skipped: [] };
  }
  const read = readDhcpd(text);
  if (!read.ok) throw new CommandFailed(`nothing was changed: ${file}: ${read.why}`);
  return read;
}

async function joinedRows(file: string): Promise<readonly Row[]> {
  const read = readCsv(await textOf(file), []);
  if (!read.ok) throw new CommandFailed(`nothing was changed: ${file}: ${read.why}`);
  const nameless = read.rows.find(({ cells }) => cells.name === undefined && cells.mac === undefined);
  if (nameless === undefined) return read.rows;
  throw new CommandFailed(`nothing was changed: ${file}: line ${nameless.line} has neither a name nor a mac`);
}

function insistOnEntries(file: string, { entries, problems }: Imported, options: ImportOptions): void {
  const lines = problems.map(({ line, why }) => `  ${file}:${line}  ${why}`);
  const bmc = options.bmcFrom === undefined && problems.some(({ why }) => / bmc(:|\.)/.test(why));
  const advice = bmc
    ? ["  machines without a BMC? --bmc-from makes one by a rule, --join takes it from a CSV file"]
    : [];
  if (problems.length > 0)
    throw new CommandFailed(
      [`nothing was changed: ${file} has lines that are no machine`, ...lines, ...advice].join("\n"),
    );
  if (entries.length === 0) throw new CommandFailed(`nothing was changed: there is no machine in ${file}`);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new CommandFailed(`nothing was changed: ${file} can't be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
