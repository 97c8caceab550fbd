/** A machine that shall boot anew in the role that it has: another image, or its own again, which changed in place. */
import type { ImageName, MachineName } from "./names.ts";

export interface Renewal {
  readonly machine: MachineName;
  /** The version to boot, never a channel. */
  readonly image: ImageName;
  /** What asks for it, the same for all that it asks for: `roll-out of web.2026-11`. */
  readonly cause: string;
  readonly manner: "usual" | "hard";
  /** When an operator ordered it, wall-clock ms; null: nobody did. */
  readonly orderedMs: number | null;
  /** It undoes harm: neither a window nor a shortage keeps it waiting; floors and limits do. */
  readonly isUrgent?: boolean;
  /** Why it is not to begin yet; the plan says so. */
  readonly waits?: string;
}
