/** The machines of a farm: each a real BMC simulator whose power hook starts a stub machine process. */
import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseBeacon } from "../../../../src/world/beacons/beacon-text.ts";
