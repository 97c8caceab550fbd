/** Proves that the import rules bite: each forbidden import is planted in a copy of the tree and must be reported. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { biomeFindings, type Finding, type PlantedTree, plant } from "./support/planted-tree.ts";

const importing = (specifier: string): string => `import { x } from "${specifier}";\nexport const y = x;\n`;

const forbidden: Readonly<Record<string, string>> = {
  "src/core/decide/uses-node.ts": importing("node:fs"),
  "src/core/decide/uses-bare-node.ts": importing("fs"),
  "src/core/decide/uses-package.ts": importing("pino"),
  "src/core/decide/uses-ports.ts": importing("../../world/ports.ts"),
  "src/core/decide/uses-ports-type.ts": 'import type { x } from "../../world/ports.ts";\nexport type Y = x;\n',
  "src/core/decide/re-exports-store.ts": 'export { x } from "../../store/store.ts";\n',
  "src/core/decide/imports-later.ts": 'export const later = import("../../control/reconcile.ts");\n',
  "src/core/decide/deep/uses-http.ts": importing("../../../http/server.ts"),
  "src/core/top-uses-simulation.ts": importing("../simulation/clock.ts"),
  "src/core/decide/uses-cli.ts": importing("../../cli/main.ts"),
  "src/world/ports-use-adapter.ts": importing("./load/prometheus.ts"),
  "src/world/ports-use-node.ts": importing("node:net"),
  "src/world/load/uses-power.ts": importing("../power/ipmitool.ts"),
  "src/world/load/uses-store.ts": importing("../../store/store.ts"),
  "src/world/load/uses-control.ts": importing("../../control/reconcile.ts"),
  "src/world/load/distcc/uses-power.ts": importing("../../power/ipmitool.ts"),
  "src/world/load/distcc/uses-store.ts": importing("../../../store/store.ts"),
  "src/store/uses-adapter.ts": importing("../world/load/prometheus.ts"),
  "src/store/uses-control.ts": importing("../control/reconcile.ts"),
  "src/control/uses-http.ts": importing("../http/server.ts"),
  "src/control/uses-cli.ts": importing("../cli/main.ts"),
  "src/control/uses-simulation.ts": importing("../simulation/clock.ts"),
  "src/control/deep/uses-cli.ts": importing("../../cli/main.ts"),
  "src/http/uses-world.ts": importing("../world/ports.ts"),
  "src/http/uses-cli.ts": importing("../cli/main.ts"),
  "src/http/uses-simulation.ts": importing("../simulation/clock.ts"),
  "src/simulation/uses-adapter.ts": importing("../world/power/ipmitool.ts"),
  "src/simulation/uses-http.ts": importing("../http/server.ts"),
  "src/simulation/uses-cli.ts": importing("../cli/main.ts"),
};

const allowed: Readonly<Record<string, string>> = {
  "src/core/decide/uses-core.ts": importing("../domain/units.ts"),
  "src/core/decide/uses-neighbour.ts": importing("./floor.ts"),
  "src/core/decide/uses-xstate.ts": importing("xstate"),
  "src/core/decide/uses-graph.ts": importing("xstate/graph"),
  "src/core/decide/uses-zod.ts": importing("zod"),
  "src/world/ports-use-core.ts": importing("../core/domain/units.ts"),
  "src/world/load/uses-ports.ts": importing("../ports.ts"),
  "src/world/load/uses-core.ts": importing("../../core/domain/units.ts"),
  "src/world/load/uses-own-folder.ts": importing("./distcc/uses-ports.ts"),
  "src/world/load/uses-node.ts": importing("node:net"),
  "src/world/load/distcc/uses-ports.ts": importing("../../ports.ts"),
  "src/world/load/distcc/uses-parent.ts": importing("../byte-cap.ts"),
  "src/world/load/distcc/uses-core.ts": importing("../../../core/domain/units.ts"),
  "src/store/uses-ports.ts": importing("../world/ports.ts"),
  "src/store/uses-core.ts": importing("../core/domain/units.ts"),
  "src/store/uses-package.ts": importing("better-sqlite3"),
  "src/control/uses-world.ts": importing("../world/power/ipmitool.ts"),
  "src/http/uses-control.ts": importing("../control/reconcile.ts"),
  "src/simulation/uses-ports.ts": importing("../world/ports.ts"),
  "src/simulation/uses-control.ts": importing("../control/reconcile.ts"),
  "src/cli/uses-anything.ts": importing("../world/power/ipmitool.ts"),
};

const cycles: Readonly<Record<string, string>> = {
  "src/control/chicken.ts": 'import { egg } from "./egg.ts";\nexport const chicken = (): unknown => egg;\n',
  "src/control/egg.ts": 'import { chicken } from "./chicken.ts";\nexport const egg = (): unknown => chicken;\n',
  "src/core/domain/host.ts": 'import type { Guest } from "./guest.ts";\nexport interface Host { guest: Guest }\n',
  "src/core/domain/guest.ts": 'import type { Host } from "./host.ts";\nexport interface Guest { host: Host }\n',
};

let tree: PlantedTree;
let findings: Finding[];
const rulesBrokenBy = (file: string): string[] => findings.filter((f) => f.file === file).map((f) => f.rule);

beforeAll(() => {
  tree = plant({ ...forbidden, ...allowed, ...cycles });
  findings = biomeFindings(tree);
});
afterAll(() => tree.remove());

describe("a forbidden import is reported", () => {
  test.each(Object.keys(forbidden))("in %s", (file) => {
    expect(rulesBrokenBy(file)).toContain("noRestrictedImports");
  });
});

describe("an allowed import is not", () => {
  test.each(Object.keys(allowed))("in %s", (file) => {
    expect(rulesBrokenBy(file)).not.toContain("noRestrictedImports");
  });
});

describe("an import cycle is reported", () => {
  test.each(Object.keys(cycles))("at %s", (file) => {
    expect(rulesBrokenBy(file)).toContain("noImportCycles");
  });
});
