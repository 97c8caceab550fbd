/** The pool as Prometheus discovers it. */
import { expect, test } from "vitest";
import { discoveryTargets } from "../../../src/core/domain/discovery.ts";
import { fleetFileSchema, resolveFleet } from "../../../src/core/domain/fleet.ts";

const machines = (domains: Record<string, string>) =>
  resolveFleet(
    fleetFileSchema.parse({
      machines: [
        { name: "m01", ip: "10.0.3.17", mac: "00:11:22:33:44:55", bmc: "10.0.9.17", domains },
        { name: "m02", ip: "10.0.3.18", mac: "00:11:22:33:44:56", bmc: "10.0.9.18" },
      ],
    }),
    [],
  );

test("each machine is a target with its name and domains, and without a role", () => {
  expect(discoveryTargets(machines({ rack: "r1", "power-feed": "p1a" }), 9_421)).toEqual([
    { targets: ["10.0.3.17:9421"], labels: { machine: "m01", rack: "r1", power_feed: "p1a" } },
    { targets: ["10.0.3.18:9421"], labels: { machine: "m02" } },
  ]);
});

test("a domain never takes the name of a label that means something else", () => {
  const [first] = discoveryTargets(
    machines({ machine: "x", role: "y", job: "z", "boot-id": "b", "domain-role": "d" }),
    1,
  );
  expect(first?.labels).toEqual({
    machine: "m01",
    domain_machine: "x",
    domain_role: "y",
    domain_job: "z",
    domain_boot_id: "b",
    domain_domain_role: "d",
  });
});

test("an empty pool is an empty list, which removes the targets", () => {
  expect(discoveryTargets([], 9_421)).toEqual([]);
});
