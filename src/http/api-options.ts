/** What the API stands on. */
import type { Registry } from "prom-client";
import type { ConfigurationKeeper } from "../control/configuration/keeper.ts";
import type { Controller } from "../control/controller.ts";
import type { LinksOnDisk } from "../control/repair-links.ts";

export interface ApiOptions {
  readonly controller: Controller;
  /** Null where the configuration is in no files, and never changes. */
  readonly keeper: ConfigurationKeeper | null;
  /** Null where the boot links are not on a disk. */
  readonly links: LinksOnDisk | null;
  readonly registry: Registry;
  readonly beaconPort: number;
  /** Address that it listens on; anything but loopback wants a token for reads too. */
  readonly host: string;
}
