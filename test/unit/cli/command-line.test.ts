/** The command line's definitions: the reference page, the help of every command, and what is refused before anything is asked. */
import { type Command, CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { buildProgram } from "../../../src/cli/program.ts";
import { cliReferencePage } from "../../../src/cli/reference-page.ts";

test("the committed page is the generated one (write it anew with vitest -u)", async () => {
  await expect(cliReferencePage()).toMatchFileSnapshot("../../../docs/reference/cli.md");
});

const COMMANDS =
  "serve demo check doctor simulate calibrate schema reference notify completion complete adopt status machines plan rota explain overrides history report links evaluate apply pause resume force unforce pin maintain unpin unquarantine accept stop image rollout reboot fleet dhcp replace storage token";

test("there is a command for everything that an operator may do", () => {
  expect(buildProgram().commands.map((command) => command.name())).toEqual(COMMANDS.split(" "));
});

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
const names = all(buildProgram()).map((command) => command.name());

describe.each([...new Set(names)])("the help of %s", (name) => {
  test("says what its exit codes mean", () => {
    const command = all(buildProgram()).find((one) => one.name() === name);
    const help: string[] = [];
    command?.configureOutput({ writeOut: (text) => help.push(text) }).outputHelp();
    expect(help.join("")).toContain("Exit codes:");
  });
});

/** What the parser says to a command line that it refuses. */
async function refusalOf(line: string): Promise<string> {
  const program = buildProgram();
  const said: string[] = [];
  for (const command of all(program)) {
    command.exitOverride().configureOutput({ writeErr: (text) => said.push(text) });
  }
  await expect(program.parseAsync(line.split(" "), { from: "user" })).rejects.toThrow(CommanderError);
  return said.join("");
}

test.each([
  ["stauts", "Did you mean status?"],
  ["status --jsno", "Did you mean --json?"],
  ["pin ../m07 --for 2h --reason x", "expected lower-case letters"],
  ["explain ..", "expected lower-case letters"],
  ["explain", "missing required argument 'name'"],
  ["pause --pool --for 2h", "required option '--reason <text>' not specified"],
  ["pause --pool --for soon --reason x", "expected a duration"],
  ["pause --pool --role web --for 2h --reason x", "cannot be used with option"],
  ["pause --pool --for 2h --until 2026-11-23T18:00:00+01:00 --reason x", "cannot be used with option"],
  ["pause --pool --until tomorrow --reason x", "expected a time with its zone"],
  ["pause --pool --for 2h --reason a\u001b[31mb", "without control characters"],
  ["force machine m07 --for 2h --reason x", "required option '--to <role>'"],
  ["force role web --count many --for 2h --reason x", "expected a whole number"],
  ["force role spare --count 1 --for 2h --reason x", "this name is reserved"],
  ["links --repair --all 0", "expected a whole number from 1"],
  ["accept 1f2e", "at least its first 8 digits"],
  ["calibrate --signal web", "expected a role and a query"],
  ["simulate --scale web=much", "expected a role and a factor"],
  ["doctor --only bmc,haprxy", "expected some of files, user, ipmitool"],
  ["storage fail-over ../x", "expected the name of a storage server"],
  ["token create grafana", "required option '--scope <scope>' not specified"],
  ["token create ../x --scope read", "expected lower-case letters"],
  ["token create grafana --scope all", "Allowed choices are read, write"],
  ["schema polciy", "Allowed choices are policy, limits, fleet, retask"],
  ["--url ftp://x status", "expected an http"],
])("`retask %s` is refused: %s", async (line, said) => {
  expect(await refusalOf(line)).toContain(said);
});
