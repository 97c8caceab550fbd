/** The `retask` command line: its global options, and one file for each command. */
import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { addAcceptCommand } from "./accept-command.ts";
import { addAdoptCommand } from "./adopt-command.ts";
import { addApplyCommand } from "./apply-command.ts";
import { asUrl } from "./arguments.ts";
import { addCalibrateCommand } from "./calibrate-command.ts";
import { addCheckCommand } from "./check-command.ts";
import { addCompletionCommand } from "./completion-command.ts";
import { addDemoCommand } from "./demo-command.ts";
import { addDhcpCommand } from "./dhcp-command.ts";
import { addDoctorCommand } from "./doctor-command.ts";
import { addEvaluateCommand } from "./evaluate-command.ts";
import { addExplainCommand } from "./explain-command.ts";
import { addFleetCommand } from "./fleet-command.ts";
import { addForceCommand } from "./force-command.ts";
import { addHistoryCommand } from "./history-command.ts";
import { addImageCommand } from "./image-command.ts";
import { addLinksCommand } from "./links-command.ts";
import { addMachinesCommand } from "./machines-command.ts";
import { addMaintainCommand } from "./maintain-command.ts";
import { addNotifyCommand } from "./notify-command.ts";
import { addOverridesCommand } from "./overrides-command.ts";
import { addPauseCommand } from "./pause-command.ts";
import { addPinCommand } from "./pin-command.ts";
import { addPlanCommand } from "./plan-command.ts";
import { addRebootCommand } from "./reboot-command.ts";
import { addReferenceCommand } from "./reference-command.ts";
import { addReplaceCommand } from "./replace-command.ts";
import { addReportCommand } from "./report-command.ts";
import { addResumeCommand } from "./resume-command.ts";
import { addRolloutCommand } from "./rollout-command.ts";
import { addRotaCommand } from "./rota-command.ts";
import { addSchemaCommand } from "./schema-command.ts";
import { addServeCommand } from "./serve-command.ts";
import { addSimulateCommand } from "./simulate-command.ts";
import { addStatusCommand } from "./status-command.ts";
import { addStopCommand } from "./stop-command.ts";
import { addStorageCommand } from "./storage-command.ts";
import { addTokenCommand } from "./token-command.ts";
import { addUnforceCommand } from "./unforce-command.ts";
import { addUnpinCommand } from "./unpin-command.ts";
import { addUnquarantineCommand } from "./unquarantine-command.ts";

const GROUPS: readonly (readonly [title: string, add: readonly ((program: Command) => void)[]])[] = [
  ["Run:", [addServeCommand, addDemoCommand]],
  [
    "Prepare:",
    [
      addCheckCommand,
      addDoctorCommand,
      addSimulateCommand,
      addCalibrateCommand,
      addSchemaCommand,
      addReferenceCommand,
      addNotifyCommand,
      addCompletionCommand,
      addAdoptCommand,
    ],
  ],
  [
    "Look:",
    [
      addStatusCommand,
      addMachinesCommand,
      addPlanCommand,
      addRotaCommand,
      addExplainCommand,
      addOverridesCommand,
      addHistoryCommand,
      addReportCommand,
      addLinksCommand,
    ],
  ],
  ["Judge:", [addEvaluateCommand]],
  [
    "Override:",
    [
      addApplyCommand,
      addPauseCommand,
      addResumeCommand,
      addForceCommand,
      addUnforceCommand,
      addPinCommand,
      addMaintainCommand,
      addUnpinCommand,
      addUnquarantineCommand,
      addAcceptCommand,
      addStopCommand,
    ],
  ],
  ["Images:", [addImageCommand, addRolloutCommand, addRebootCommand]],
  ["Machines:", [addFleetCommand, addDhcpCommand, addReplaceCommand, addStorageCommand]],
  ["Administer:", [addTokenCommand]],
];

const DEFAULT_SITE = "/etc/retask";

const FOOTER = `
Data goes to standard output, messages to standard error. NO_COLOR is honoured.
The daemon's address and token are found by the site's retask.yaml; the
environment variable RETASK_TOKEN holds a token instead. Tables fit the
terminal; COLUMNS and LINES say another size. What is severe asks for a
name first; --no-input refuses it instead, and --confirm NAME answers.

Exit codes: 0 fine, 1 error, 2 changes pending (plan, dhcp diff).`;

export function buildProgram(): Command {
  const program = new Command("retask")
    .description("Keeps a fixed pool of near-diskless servers busy by re-tasking them between roles.")
    .version(version())
    .option("--json", "print data as JSON")
    .addOption(new Option("--site <dir>", "the site's directory").env("RETASK_SITE").default(DEFAULT_SITE))
    .addOption(
      new Option("--url <url>", "the daemon's address, instead of the site's").env("RETASK_URL").argParser(asUrl),
    )
    .option("--token-file <file>", "a file with an API token, instead of the site's")
    .option("--no-input", "never ask: what would need an answer is refused")
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("(`--help` after a command says more)")
    .showSuggestionAfterError()
    .addHelpText("after", FOOTER);
  for (const [title, commands] of GROUPS) {
    program.commandsGroup(title);
    for (const add of commands) add(program);
  }
  return program;
}

/** The same place from src/cli and from dist/cli. */
function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
