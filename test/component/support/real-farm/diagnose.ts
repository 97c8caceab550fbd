/** How a farm stands, in a page of text: printed when a test fails. */
import type { Farm } from "./farm.ts";
import type { FarmMachine } from "./machines.ts";

const LOG_LINES = 60;

export async function diagnose(farm: Farm): Promise<string> {
  const status = await farm.daemon.get("/v1/status").catch((error: unknown) => String(error));
  const operations = await farm.daemon.get("/v1/operations?limit=5").catch((error: unknown) => String(error));
  const machines = await Promise.all(farm.machines.map((machine) => describeMachine(farm, machine)));
  return [
    "=== machines",
    ...machines,
    `hosts file: ${(await farm.hosts()).join(" ")}`,
    "=== status",
    JSON.stringify(status, null, 1),
    "=== operations",
    JSON.stringify(operations, null, 1),
    `=== the daemon's last ${LOG_LINES} lines`,
    farm.daemon.log().split("\n").slice(-LOG_LINES).join("\n"),
  ].join("\n");
}

async function describeMachine({ root, proxies }: Farm, machine: FarmMachine): Promise<string> {
  const { name, ip, bmc } = machine;
  const beacon = await machine.beacon();
  const shown = beacon === null ? "silent" : `${beacon.role} ${beacon.image} ${beacon.bootId.slice(0, 8)}`;
  const link = await root.linkOf(ip).catch((error: unknown) => String(error));
  const power = await bmc.power().catch((error: unknown) => String(error));
  const states = await Promise.all(
    proxies.map(({ now }) =>
      now()
        .status(name)
        .catch(() => "no answer"),
    ),
  );
  const told = machine.powerCommands().map(({ what }) => what);
  return `${name} ${ip}: ${power}, beacon ${shown}, link ${link}, HAProxy ${states.join("/")}, told ${told.join(", ") || "nothing"}\n  ${machine.log().trim().split("\n").slice(-5).join("\n  ")}`;
}
