/**
 * The cheapest flow through a network, by the primal network simplex method (Ahuja, Magnanti & Orlin 1993, Network Flows, ch. 11)
 * with strongly feasible trees (Cunningham 1976), so that it never cycles, and a block search for the entering arc (Király &
 * Kovács 2012). An arc's cost may be convex: it has ranges of rising marginal cost, and only the two ranges at its present flow are
 * ever looked at, so that neither machines nor ranges make the search longer. Whole numbers come out because whole numbers go in.
 */
import { add, at, zeros } from "../../forecast/vector.ts";
import { createStar, int, rehang, type SpanningTree, settle } from "./spanning-tree.ts";

export interface FlowNetwork {
  readonly nodes: number;
  /** By arc. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** By arc, and one more: its ranges are those from here to before the next arc's. */
  readonly firstRange: Int32Array;
  /** By range, within an arc by rising cost. Costs are whole numbers: nodes × the greatest is at most `MOST_COST`. */
  readonly capacity: Float64Array;
  readonly cost: Float64Array;
  /** By node: what begins there or, below zero, ends there. Sums to zero. */
  readonly supply: Float64Array;
}

export interface FlowSolution {
  /** By arc. */
  readonly flow: Float64Array;
  /** By node: marginal cost + potential[from] − potential[to] is ≥ 0 where flow may grow, and ≤ 0 where it may shrink. */
  readonly potential: Float64Array;
  /** Whether all supply found its way; what did not is not in `flow`. */
  readonly isFeasible: boolean;
}

/** Potentials are sums of as many costs as there are nodes, and such sums must stay exact. */
export const MOST_COST = 2 ** 50;

const OUTSIDE = 0;
const IN_TREE = 1;

interface Simplex {
  readonly arcs: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly firstRange: Int32Array;
  readonly capacity: Float64Array;
  readonly cost: Float64Array;
  readonly state: Int32Array;
  /** By arc: the ranges before this one are full, those after it empty. */
  readonly range: Int32Array;
  /** By arc: the flow within that range; zero outside the tree. */
  readonly within: Float64Array;
  readonly potential: Float64Array;
  readonly tree: SpanningTree;
  /** Where the search for the next entering arc goes on. */
  cursor: number;
}

export function minCostFlow(network: FlowNetwork): FlowSolution {
  const simplex = begin(network);
  for (let arc = entering(simplex); arc >= 0; arc = entering(simplex)) pivot(simplex, arc);
  const { arcs, potential, within } = simplex;
  return {
    flow: Float64Array.from({ length: arcs }, (_, arc) => flowOf(simplex, arc)),
    potential: potential.slice(0, network.nodes),
    isFeasible: within.subarray(arcs).every((left) => left === 0),
  };
}

function flowOf({ firstRange, range, capacity, within }: Simplex, arc: number): number {
  let flow = at(within, arc);
  for (let full = int(firstRange, arc); full < int(range, arc); full++) flow += at(capacity, full);
  return flow;
}

/** All supply goes to an artificial root and from there on, at a price that no path through the network can reach. */
function begin({ nodes, from, to, firstRange, capacity, cost, supply }: FlowNetwork): Simplex {
  const arcs = from.length;
  const ranges = capacity.length;
  const greatest = cost.reduce((most, one) => Math.max(most, Math.abs(one)), 1);
  if (greatest * nodes > MOST_COST) throw new RangeError(`costs of ${greatest} are too great for ${nodes} nodes`);
  const price = greatest * (nodes + 1);
  const simplex: Simplex = {
    arcs,
    from: longer(from, arcs + nodes),
    to: longer(to, arcs + nodes),
    firstRange: longer(firstRange, arcs + nodes + 1),
    capacity: zeros(ranges + nodes).fill(Number.POSITIVE_INFINITY),
    cost: zeros(ranges + nodes).fill(price),
    state: new Int32Array(arcs + nodes),
    range: new Int32Array(arcs + nodes),
    within: zeros(arcs + nodes),
    potential: zeros(nodes + 1),
    tree: createStar(nodes, arcs),
    cursor: 0,
  };
  simplex.capacity.set(capacity);
  simplex.cost.set(cost);
  for (let node = 0; node < nodes; node++) {
    const arc = arcs + node;
    const outward = at(supply, node) >= 0;
    simplex.from[arc] = outward ? node : nodes;
    simplex.to[arc] = outward ? nodes : node;
    simplex.firstRange[arc + 1] = ranges + node + 1;
    simplex.within[arc] = Math.abs(at(supply, node));
    simplex.state[arc] = IN_TREE;
    simplex.potential[node] = outward ? -price : price;
  }
  simplex.range.set(simplex.firstRange.subarray(0, arcs + nodes));
  return simplex;
}

function longer(values: Int32Array, length: number): Int32Array {
  const copy = new Int32Array(length);
  copy.set(values);
  return copy;
}

/** The arc of the next block whose change saves the most; −1: none saves anything, the flow is the cheapest. */
function entering(simplex: Simplex): number {
  const { state, arcs } = simplex;
  const block = Math.max(20, Math.ceil(Math.sqrt(arcs)));
  let best = -1;
  let most = 0;
  let arc = simplex.cursor;
  for (let seen = 1; seen <= arcs; seen++) {
    if (int(state, arc) === OUTSIDE) {
      const saved = Math.max(savedByMore(simplex, arc), savedByLess(simplex, arc));
      if (saved > most) {
        best = arc;
        most = saved;
      }
    }
    arc = arc + 1 < arcs ? arc + 1 : 0;
    if (best >= 0 && seen % block === 0) break;
  }
  simplex.cursor = arc;
  return best;
}

/** What a unit more on an arc outside the tree saves, round the cycle that it closes. */
function savedByMore({ cost, potential, from, to, range, firstRange }: Simplex, arc: number): number {
  const next = int(range, arc);
  if (next === int(firstRange, arc + 1)) return 0;
  return at(potential, int(to, arc)) - at(potential, int(from, arc)) - at(cost, next);
}

function savedByLess({ cost, potential, from, to, range, firstRange }: Simplex, arc: number): number {
  const full = int(range, arc) - 1;
  if (full < int(firstRange, arc)) return 0;
  return at(cost, full) + at(potential, int(from, arc)) - at(potential, int(to, arc));
}

/** By how much flow may change on the tree's arc above `node`, upwards or downwards, at the same cost. */
function room({ tree, from, range, within, capacity }: Simplex, node: number, upwards: boolean): number {
  const arc = int(tree.arc, node);
  const pointsUp = int(from, arc) === node;
  return pointsUp === upwards ? at(capacity, int(range, arc)) - at(within, arc) : at(within, arc);
}

interface Blocking {
  amount: number;
  /** The node below the arc that blocks; −1: the entering arc blocks itself. */
  below: number;
  onTailSide: boolean;
  /** Where the two ways to the root join. */
  join: number;
}

/**
 * The cycle that the entering arc closes, followed in the direction of the flow from where its two ways to the root join. Of
 * several arcs that block, the last keeps the tree strongly feasible.
 */
function block(simplex: Simplex, most: number, tail: number, head: number): Blocking {
  const { parent, depth } = simplex.tree;
  const found = { amount: most, below: -1, onTailSide: false, join: -1 };
  let down = tail;
  let up = head;
  while (down !== up) {
    if (int(depth, down) >= int(depth, up)) {
      const left = room(simplex, down, false);
      // Only a smaller one: on this side the walk goes against the flow, and all that was seen before comes later.
      if (left < found.amount) {
        found.amount = left;
        found.below = down;
        found.onTailSide = true;
      }
      down = int(parent, down);
    } else {
      const left = room(simplex, up, true);
      if (left <= found.amount) {
        found.amount = left;
        found.below = up;
        found.onTailSide = false;
      }
      up = int(parent, up);
    }
  }
  found.join = down;
  return found;
}

/** Sends what it can round the entering arc's cycle; what blocks leaves the tree, and the entering arc takes its place. */
function pivot(simplex: Simplex, entering: number): void {
  const { from, to, state, range, within, capacity, cost, tree, potential } = simplex;
  const forwards = savedByMore(simplex, entering) > 0;
  const own = int(range, entering) - (forwards ? 0 : 1);
  const most = at(capacity, own);
  const tail = int(forwards ? from : to, entering);
  const head = int(forwards ? to : from, entering);
  const { amount, below, join, onTailSide } = block(simplex, most, tail, head);
  if (amount > 0) {
    for (let node = tail; node !== join; node = int(tree.parent, node)) push(simplex, node, -amount);
    for (let node = head; node !== join; node = int(tree.parent, node)) push(simplex, node, amount);
  }
  if (below < 0) {
    range[entering] = forwards ? own + 1 : own;
    return;
  }
  const leaving = int(tree.arc, below);
  state[leaving] = OUTSIDE;
  if (at(within, leaving) > 0) {
    range[leaving] = int(range, leaving) + 1;
    within[leaving] = 0;
  }
  state[entering] = IN_TREE;
  range[entering] = own;
  within[entering] = forwards ? amount : most - amount;
  const reduced = at(cost, own) + at(potential, int(from, entering)) - at(potential, int(to, entering));
  const grip = onTailSide ? tail : head;
  rehang(tree, below, grip, onTailSide ? head : tail, entering);
  settle(tree, grip, potential, int(from, entering) === grip ? -reduced : reduced);
}

/** More flow upwards on the tree's arc above `node`; below zero, downwards. */
function push({ tree, from, within }: Simplex, node: number, amount: number): void {
  const arc = int(tree.arc, node);
  add(within, arc, int(from, arc) === node ? amount : -amount);
}
