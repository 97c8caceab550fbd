/** Metrics of the file servers. */
import { Gauge, type Registry } from "prom-client";
import type { StorageServerStatus } from "./storage-status.ts";

const STATES = ["well", "suspect", "dead", "failedOver", "recovered", "failingBack"] as const;

export class StorageMetrics {
  private readonly up: Gauge<"server" | "source">;
  private readonly state: Gauge<"server" | "state">;
  private readonly machines: Gauge<"server">;
  private readonly hanging: Gauge<"server">;
  private readonly away: Gauge<"server">;

  constructor(registry: Registry) {
    const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
      new Gauge({ name: `retask_storage_${name}`, help, labelNames, registers: [registry] });
    this.up = gauge(
      "up",
      "1 where the source says that the file server is up; absent where it does not know",
      "server",
      "source",
    );
    this.state = gauge("state", "1 for the state that the file server is in", "server", "state");
    this.machines = gauge("machines", "Machines that run from the file server, or are about to", "server");
    this.hanging = gauge("hanging", "Machines that hang because the file server is dead", "server");
    this.away = gauge("away", "Machines that belong on the file server and run from another one", "server");
  }

  /** Emptied first: a server that left retask.yaml leaves the metrics too. */
  note(servers: readonly StorageServerStatus[]): void {
    for (const gauge of [this.up, this.state, this.machines, this.hanging, this.away]) gauge.reset();
    for (const { name: server, state, port, monitoring, machines, hanging, away } of servers) {
      for (const [source, sign] of [
        ["port", port],
        ["prometheus", monitoring],
      ] as const)
        if (sign.kind !== "unknown") this.up.set({ server, source }, Number(sign.kind === "up"));
      for (const one of STATES) this.state.set({ server, state: one }, Number(one === state));
      this.machines.set({ server }, machines);
      this.hanging.set({ server }, hanging);
      this.away.set({ server }, away);
    }
  }
}
