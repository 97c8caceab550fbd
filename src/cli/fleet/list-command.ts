/** `retask fleet list`: the machines as fleet.yaml has them, and where a daemon answers, what became of them. */
import type { Command } from "commander";
import type { Machine } from "../../core/domain/fleet.ts";
import type { MachinesAnswer } from "../answers.ts";
import { siteIn } from "../find-site.ts";
import { helpText } from "../help-text.ts";
import { invocationOf } from "../invocation.ts";
import { type FleetLine, fleetText } from "../text/fleet-text.ts";
import { enrolledMachines } from "./daemon-steps.ts";

export function addFleetList(fleet: Command): void {
  fleet
    .command("list")
    .description("show the machines of fleet.yaml, and whether retask has them")
    .addHelpText(
      "after",
      helpText({
        about:
          "Needs no daemon; where one answers, each machine's place and whether its BMC is enrolled are shown too.",
        examples: ["fleet list", "fleet list --json | jq -r '.machines[] | [.name, .mac, .ip] | @csv'"],
      }),
    )
    .action(async (_: object, command: Command) => {
      const cli = invocationOf(command);
      const { site } = await siteIn(cli.options.site);
      const daemon = await cli.daemon();
      const answer = await daemon.ask({ method: "GET", path: "/v1/machines" });
      const known = answer.ok ? (answer.value as MachinesAnswer).machines : [];
      const enrolled = answer.ok ? await enrolledMachines(daemon) : null;
      const machines = [...site.machines.values()].map((machine): FleetLine => {
        const seen = known.find(({ name }) => name === machine.name);
        const { image: _image, ...entry } = machine;
        return {
          ...entry,
          bmc: placeOf(machine.bmc),
          placement: seen?.standing?.placement ?? seen?.recorded?.placement ?? null,
          standing: seen?.standing?.kind ?? null,
          enrolled: enrolled?.has(machine.name) ?? null,
        };
      });
      const retired = [...site.retired].map(([name, { mac, bmc }]) => ({ name, mac, bmc: placeOf(bmc) }));
      cli.show("fleet", { machines, retired, daemon: answer.ok }, fleetText);
    });
}

const placeOf = ({ address, port }: Machine["bmc"]): string => `${address}:${port}`;
