/** `retask completion`: a shell's script, and the hidden `retask complete` that it asks at each press of the key. */
import { Argument, type Command } from "commander";
import { candidatesFor, type NameKind } from "./completion/candidates.ts";
import { lookUp } from "./completion/lookup.ts";
import { completionScript, FILES_LINE, SHELLS, type Shell } from "./completion/scripts.ts";
import { readTyped, type Typed } from "./completion/typed-words.ts";
import { findDaemon } from "./find-daemon.ts";
import { helpText } from "./help-text.ts";
import type { GlobalOptions } from "./invocation.ts";
import { safeText } from "./text/safe-text.ts";

const ABOUT = `The script asks retask itself at each press of the key, so that it never falls behind; names of machines and roles come from
the daemon, and where none answers at once there are simply none.`;

export function addCompletionCommand(program: Command): void {
  program
    .command("completion")
    .description("print a script with which a shell completes commands, options and names")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .addHelpText(
      "after",
      helpText({
        about: ABOUT,
        examples: [
          "completion bash > /etc/bash_completion.d/retask",
          "completion zsh > /usr/local/share/zsh/site-functions/_retask",
          "completion fish > ~/.config/fish/completions/retask.fish",
        ],
      }),
    )
    .action((shell: Shell) => {
      process.stdout.write(completionScript(shell));
    });

  program
    .command("complete", { hidden: true })
    .description("print what may be typed next, as the completion scripts ask for it")
    .argument("[words...]", "the words so far, the last of them under the cursor")
    .addHelpText("after", helpText({}))
    .action(async (words: readonly string[], _: object, command: Command) => {
      const typed = readTyped(program, words);
      const options = command.optsWithGlobals<GlobalOptions>();
      const found = await candidatesFor(typed, async (kind) => namesAt(typed, options, kind));
      const lines = found === "files" ? [FILES_LINE] : found.map(({ value, about }) => `${value}\t${about}`);
      for (const line of lines) process.stdout.write(`${line.split("\t").map(safeText).join("\t")}\n`);
    });
}

/** No names where they can't be had: a line that is being typed is no place for messages. */
async function namesAt(typed: Typed, options: GlobalOptions, kind: NameKind): Promise<readonly string[]> {
  try {
    return await lookUp(await placeOf(typed, options), kind);
  } catch {
    return [];
  }
}

/** The line that is completed may name another site than the one that it would find. */
function placeOf({ given }: Typed, options: GlobalOptions): ReturnType<typeof findDaemon> {
  const [site, url, tokenFile] = ["site", "url", "tokenFile"].map((name) => given.get(name) ?? null);
  return findDaemon(
    {
      ...options,
      ...(site == null ? {} : { site }),
      ...(url == null ? {} : { url }),
      ...(tokenFile == null ? {} : { tokenFile }),
    },
    process.env,
  );
}
