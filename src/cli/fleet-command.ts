/** `retask fleet`: the machines themselves: added, removed, imported, listed. Its commands edit fleet.yaml, the daemon never. */
import type { Command } from "commander";
import { addFleetAdd } from "./fleet/add-command.ts";
import { addFleetImport } from "./fleet/import-command.ts";
import { addFleetList } from "./fleet/list-command.ts";
import { addFleetRemove } from "./fleet/remove-command.ts";
import { helpText } from "./help-text.ts";

const ABOUT = `Every change is checked with the whole site first, as \`retask check\` would, and keeps the file's comments, order and manner.
Where fleet.yaml is managed elsewhere, --print shows what would be written.`;

export function addFleetCommand(program: Command): void {
  const fleet = program.command("fleet").description("add, remove, import and list the machines of fleet.yaml");
  fleet.addHelpText("after", helpText({ about: ABOUT }));
  addFleetAdd(fleet);
  addFleetRemove(fleet);
  addFleetImport(fleet);
  addFleetList(fleet);
}
