/** What may be typed next, worked out from the program's own definitions. */
import { describe, expect, test } from "vitest";
import { candidatesFor, type NameKind } from "../../../src/cli/completion/candidates.ts";
import { completionScript, SHELLS } from "../../../src/cli/completion/scripts.ts";
import { readTyped } from "../../../src/cli/completion/typed-words.ts";
import { buildProgram } from "../../../src/cli/program.ts";

const KNOWN: Readonly<Record<NameKind, readonly string[]>> = {
  machine: ["m01", "m07", "m10"],
  role: ["web", "compile"],
  placement: ["web", "compile", "spare"],
  roleOrMachine: ["web", "compile", "m01"],
  plan: ["1f2e3d4c5b6a7988"],
  digest: ["aaaabbbbcccc"],
};
const program = buildProgram();

/** After `retask `; a space at the end begins a new word. */
async function next(line: string): Promise<readonly string[] | "files"> {
  const found = await candidatesFor(readTyped(program, line.split(" ")), async (kind) => KNOWN[kind]);
  return found === "files" ? found : found.map(({ value }) => value);
}

test.each([
  ["stat", ["status"]],
  ["force ", ["machine", "role", "help"]],
  ["force machine m0", ["m01", "m07"]],
  ["force machine m07 --to ", ["web", "compile", "spare"]],
  ["force machine m07 --to web --over", ["--override-floor"]],
  ["explain ", ["web", "compile", "m01"]],
  ["links m01 m", ["m01", "m07", "m10"]],
  ["machines --state qu", ["quarantined"]],
  ["machines --state", ["--state"]],
  ["--site /etc/retask resume --role c", ["compile"]],
  ["resume --js", ["--json"]],
  ["apply ", ["1f2e3d4c5b6a7988"]],
  ["accept aa", ["aaaabbbbcccc"]],
  ["completion ", ["bash", "zsh", "fish"]],
  ["status ", []],
  ["pause --for ", []],
  // A reason of several words, as bash hands it over: none of them is the machine.
  ['unquarantine --reason "fan is new" m1', ["m10"]],
])("retask %s", async (line, expected) => {
  expect(await next(line)).toEqual(expected);
});

test.each(["check ", "--site ", "simulate --csv "])("retask %s is followed by a file", async (line) => {
  expect(await next(line)).toBe("files");
});

test("an option that was given is not offered again", async () => {
  expect(await next("machines --watch --")).not.toContain("--watch");
  expect(await next("machines --")).toContain("--watch");
});

test("every command that help shows is offered, and nothing that it hides", async () => {
  const shown = program.commands.map((command) => command.name()).filter((name) => name !== "complete");
  expect(await next("")).toEqual([...shown, "help"]);
});

describe.each(SHELLS)("the script for %s", (shell) => {
  test("knows no command by itself", () => {
    const script = completionScript(shell);
    expect(script).toContain("complete --");
    expect(script).not.toMatch(/status|machine|quarantine/);
  });
});
