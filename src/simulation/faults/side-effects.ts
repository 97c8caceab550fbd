/** What a controller does to the world and hears of it, as a witness is told. */
import type { MachineName, RoleName } from "../../core/domain/names.ts";
import type { DemandFacts } from "../../core/domain/observation.ts";

export type PowerCommand = "softOff" | "hardOff" | "on";

/** Told in the moment before it happens. */
export interface SideEffects {
  /** `by`: which controller gave it. */
  onPower(machine: MachineName, command: PowerCommand, by: string): void;
  /** Now, twice, late, or never: as the BMC's trouble is. */
  onExecuted(machine: MachineName, command: PowerCommand): void;
  onDemand(role: RoleName, truth: DemandFacts, told: DemandFacts): void;
}
