/** The cheapest flow: equal to exhaustive search where that can be done, and proven by its potentials where it can't. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type FlowNetwork, minCostFlow } from "../../../../src/core/decide/rota/min-cost-flow.ts";

interface Arc {
  readonly from: number;
  readonly to: number;
  /** Of rising cost. */
  readonly ranges: readonly { readonly capacity: number; readonly cost: number }[];
}

function networkOf(nodes: number, arcs: readonly Arc[], supply: readonly number[]): FlowNetwork {
  const ranges = arcs.flatMap((arc) => arc.ranges);
  const firstRange = [0];
  for (const arc of arcs) firstRange.push((firstRange.at(-1) ?? 0) + arc.ranges.length);
  return {
    nodes,
    from: Int32Array.from(arcs, ({ from }) => from),
    to: Int32Array.from(arcs, ({ to }) => to),
    firstRange: Int32Array.from(firstRange),
    capacity: Float64Array.from(ranges, ({ capacity }) => capacity),
    cost: Float64Array.from(ranges, ({ cost }) => cost),
    supply: Float64Array.from(supply),
  };
}

const arcsOf = (nodes: number, count: number, ranges: number, most: number): fc.Arbitrary<Arc[]> =>
  fc.array(
    fc
      .tuple(
        fc.integer({ min: 0, max: nodes - 1 }),
        fc.integer({ min: 1, max: nodes - 1 }),
        fc.array(fc.record({ capacity: fc.integer({ min: 0, max: most }), cost: fc.integer({ min: -9, max: 9 }) }), {
          maxLength: ranges,
        }),
      )
      .map(([from, further, all]) => ({
        from,
        to: (from + further) % nodes,
        ranges: all.sort((a, b) => a.cost - b.cost),
      })),
    { minLength: 1, maxLength: count },
  );

/** Supplies that sum to zero. */
const suppliesOf = (nodes: number, most: number): fc.Arbitrary<number[]> =>
  fc
    .array(fc.integer({ min: -most, max: most }), { minLength: nodes - 1, maxLength: nodes - 1 })
    .map((some) => [...some, some.reduce((left, one) => left - one, 0)]);

const costOf = ({ ranges }: Arc, flow: number): number => {
  let [left, cost] = [flow, 0];
  for (const range of ranges) {
    const part = Math.min(left, range.capacity);
    cost += part * range.cost;
    left -= part;
  }
  return left > 0 ? Number.POSITIVE_INFINITY : cost;
};

/** The least cost over all whole flows; infinite where there is none. */
function exhaustive(arcs: readonly Arc[], supply: readonly number[]): number {
  const [arc, ...others] = arcs;
  if (arc === undefined) return supply.every((left) => left === 0) ? 0 : Number.POSITIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  for (let flow = 0; costOf(arc, flow) < Number.POSITIVE_INFINITY; flow++) {
    const left = supply.map((one, node) => one - (node === arc.from ? flow : 0) + (node === arc.to ? flow : 0));
    least = Math.min(least, costOf(arc, flow) + exhaustive(others, left));
  }
  return least;
}

test("equals exhaustive search on tiny networks, and knows where no flow is", () => {
  const tiny = fc.tuple(arcsOf(3, 5, 2, 2), suppliesOf(3, 2));
  let feasible = 0;
  for (const [arcs, supply] of fc.sample(tiny, { numRuns: 120, seed: 5 })) {
    const least = exhaustive(arcs, supply);
    const solved = minCostFlow(networkOf(3, arcs, supply));
    expect(solved.isFeasible).toBe(least < Number.POSITIVE_INFINITY);
    if (!solved.isFeasible) continue;
    feasible += 1;
    expect(arcs.reduce((sum, arc, index) => sum + costOf(arc, solved.flow[index] ?? Number.NaN), 0)).toBe(least);
  }
  expect(feasible).toBeGreaterThan(15);
});

/** Complementary slackness (Ahuja, Magnanti & Orlin, theorem 9.4): with it no cycle of the residual network costs less than zero. */
function expectOptimal({ nodes, supply, ...network }: FlowNetwork): void {
  const { flow, potential, isFeasible } = minCostFlow({ nodes, supply, ...network });
  expect(isFeasible).toBe(true);
  const left = Float64Array.from(supply);
  let broken = 0;
  for (let arc = 0; arc < flow.length; arc++) {
    const [from, to] = [network.from[arc] ?? Number.NaN, network.to[arc] ?? Number.NaN];
    let rest = flow[arc] ?? Number.NaN;
    left[from] = (left[from] ?? 0) - rest;
    left[to] = (left[to] ?? 0) + rest;
    for (let range = network.firstRange[arc] ?? 0; range < (network.firstRange[arc + 1] ?? 0); range++) {
      const capacity = network.capacity[range] ?? Number.NaN;
      const part = Math.min(rest, capacity);
      const reduced = (network.cost[range] ?? Number.NaN) + (potential[from] ?? 0) - (potential[to] ?? 0);
      if (!(part >= 0) || (part < capacity && reduced < 0) || (part > 0 && reduced > 0)) broken += 1;
      rest -= part;
    }
    if (rest !== 0) broken += 1;
  }
  expect(broken).toBe(0);
  expect(left.every((one) => one === 0)).toBe(true);
}

test("its potentials prove larger flows to be the cheapest", () => {
  const nodes = 40;
  // A ring of great capacity, so that every supply finds a way.
  const ring = Array.from({ length: nodes }, (_, node) => ({
    from: node,
    to: (node + 1) % nodes,
    ranges: [{ capacity: 10_000, cost: 9 }],
  }));
  fc.assert(
    fc.property(arcsOf(nodes, 200, 5, 40), suppliesOf(nodes, 50), (arcs, supply) => {
      expectOptimal(networkOf(nodes, [...ring, ...arcs], supply));
    }),
    { numRuns: 8, seed: 5 },
  );
});

test("costs whose sums would not be exact are refused", () => {
  const arc = { from: 0, to: 1, ranges: [{ capacity: 1, cost: 2 ** 50 }] };
  expect(() => minCostFlow(networkOf(2, [arc], [1, -1]))).toThrow("too great");
});
