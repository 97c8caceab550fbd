/** Sharing a fixed pool. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allocate, type Claim } from "../../../src/core/decide/allocate.ts";
import { createSupply } from "../../../src/core/decide/supply.ts";
import { roleName } from "../../../src/core/domain/names.ts";

const claim = (name: string, given: Partial<Claim["permit"]> & { floor?: number; cost?: number }): Claim => {
  const { floor = 0, cost = 20, min = floor, keep = 0, max = 100, asks = max, wish = asks } = given;
  return { role: roleName(name), floor, shortageCost: cost, permit: { min, max, keep, asks, wish, reasons: [] } };
};
const pool = (count: number, ...roles: string[]) => Array.from({ length: count }, () => roles.map(roleName));
const counts = (claims: Claim[], machines: ReturnType<typeof pool>, reserve = 0) => {
  const { shares, spare } = allocate(claims, machines, reserve);
  return { ...Object.fromEntries([...shares].map(([role, { count }]) => [role, count])), spare };
};
const both = (count: number) => pool(count, "web", "compile");

describe("the allocation", () => {
  test("gives floors first, then the costliest wish, then the rest", () => {
    const claims = [claim("compile", { floor: 2, asks: 2, cost: 1 }), claim("web", { floor: 4, max: 9 })];
    expect(counts(claims, both(12))).toEqual({ web: 9, compile: 3, spare: 0 });
    expect(counts(claims, both(10))).toEqual({ web: 8, compile: 2, spare: 0 });
  });

  test("shares floors by shortage cost when they don't fit, and says so", () => {
    const claims = [claim("compile", { floor: 2, cost: 1 }), claim("web", { floor: 4 })];
    const { shares } = allocate(claims, both(5), 0);
    expect(shares.get(roleName("compile"))).toEqual({
      count: 1,
      reasons: ["the pool can't hold its floor of 2: it gives 1"],
    });
    expect(shares.get(roleName("web"))).toMatchObject({ count: 4 });
  });

  test("leaves a role whose demand is unknown what it has, even when another's floor is short", () => {
    const claims = [claim("web", { floor: 6 }), claim("compile", { keep: 5, min: 5, max: 5, cost: 1 })];
    expect(counts(claims, both(8))).toEqual({ web: 3, compile: 5, spare: 0 });
  });

  test("keeps the reserve spare from the role that takes the rest, not from a wish", () => {
    const claims = [claim("web", { max: 7 }), claim("compile", { asks: 0, cost: 1 })];
    expect(counts(claims, both(10), 2)).toEqual({ web: 7, compile: 1, spare: 2 });
    expect(counts(claims, both(8), 2)).toEqual({ web: 7, compile: 0, spare: 1 });
  });

  test("leaves the surplus spare where no role takes the rest", () => {
    expect(counts([claim("web", { max: 3 })], pool(5, "web"))).toEqual({ web: 3, spare: 2 });
  });

  test("shares between roles of equal cost in proportion to their wishes", () => {
    const claims = [claim("api", { max: 4 }), claim("web", { max: 12 })];
    expect(counts(claims, pool(8, "api", "web"))).toEqual({ api: 2, web: 6, spare: 0 });
  });

  test("weighs equal roles by their whole wish, so that a hold which caps one does not give its share away", () => {
    const claims = [claim("api", { max: 8 }), claim("web", { max: 4, wish: 6 })];
    expect(counts(claims, pool(10, "api", "web"))).toEqual({ api: 6, web: 4, spare: 0 });
    const freed = [claim("api", { max: 8 }), claim("web", { max: 6 })];
    expect(counts(freed, pool(10, "api", "web"))).toEqual({ api: 6, web: 4, spare: 0 });
  });

  test("promises no machine to a role that it may not take", () => {
    const claims = [claim("compile", { cost: 1 }), claim("web", { max: 9 })];
    expect(counts(claims, [...pool(3, "web", "compile"), ...pool(4, "compile")])).toEqual({
      web: 3,
      compile: 4,
      spare: 0,
    });
  });

  test("passes a machine on where only another one may take the place", () => {
    // web is served first from the machines that may do both; compile then needs one of those back.
    const supply = createSupply([...pool(1, "compile", "web"), ...pool(1, "web")]);
    expect(supply.give(roleName("web"))).toBe(true);
    expect(supply.give(roleName("compile"))).toBe(true);
    expect(supply.give(roleName("compile"))).toBe(false);
    expect(supply.free()).toBe(0);
  });
});

describe("a supply", () => {
  const names = ["api", "web", "compile"].map(roleName);
  test("never gives more than some assignment of machines to roles can hold", () => {
    const machine = fc.subarray(names);
    fc.assert(
      fc.property(
        fc.array(machine, { maxLength: 7 }),
        fc.array(fc.constantFrom(...names), { maxLength: 9 }),
        (machines, asks) => {
          const supply = createSupply(machines);
          const given = asks.filter((role) => supply.give(role));
          expect(canHold(machines, given)).toBe(true);
          // And no less: what it refuses, no assignment could hold beside what it gave.
          for (const role of names) {
            if (supply.give(role)) given.push(role);
            else expect(canHold(machines, [...given, role])).toBe(false);
          }
        },
      ),
    );
  });
});

/** By brute force: whether each of these places can have a machine of its own. */
function canHold(machines: readonly (readonly string[])[], places: readonly string[]): boolean {
  const [first, ...others] = places;
  if (first === undefined) return true;
  return machines.some((roles, index) => roles.includes(first) && canHold(machines.toSpliced(index, 1), others));
}
