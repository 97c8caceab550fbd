/**
 * The cheapest flow through a network, by the primal network simplex method (Ahuja, Magnanti & Orlin 1993, Network Flows, ch. 11)
 * with strongly feasible trees (Cunningham 1976), so that it never cycles, and a block search for the entering arc (Király &
 * Kovács 2012). A convex cost is a bundle of parallel arcs, one for each range of equal marginal cost: few arcs however many
 * machines, and whole numbers come out because whole numbers go in.
 */
import { add, at, zeros } from "../../forecast/vector.ts";
import { createStar, int, rehang, type SpanningTree, settle } from "./spanning-tree.ts";

export interface FlowNetwork {
  readonly nodes: number;
  /** By arc. Costs are whole numbers of any unit, so that sums are exact: nodes × the greatest is at most `MOST_COST`. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly capacity: Float64Array;
  readonly cost: Float64Array;
  /** By node: what begins there or, below zero, ends there. Sums to zero. */
  readonly supply: Float64Array;
}

export interface FlowSolution {
  /** By arc. */
  readonly flow: Float64Array;
  /** By node: cost + potential[from] − potential[to] is ≥ 0 where flow may grow, and ≤ 0 where it may shrink. */
  readonly potential: Float64Array;
  /** Whether all supply found its way; what did not is not in `flow`. */
  readonly isFeasible: boolean;
}

/** Potentials are sums of as many costs as there are nodes, and such sums must stay exact. */
export const MOST_COST = 2 ** 50;

/** Where an arc outside the tree stands; +1 and −1 are also the sign that its reduced cost must have. */
const AT_NOTHING = 1;
const IN_TREE = 0;
const AT_CAPACITY = -1;

interface Simplex {
  readonly arcs: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly capacity: Float64Array;
  readonly cost: Float64Array;
  readonly flow: Float64Array;
  readonly state: Int32Array;
  readonly potential: Float64Array;
  readonly tree: SpanningTree;
  /** Where the search for the next entering arc goes on. */
  cursor: number;
}

export function minCostFlow(network: FlowNetwork): FlowSolution {
  const simplex = begin(network);
  for (let arc = entering(simplex); arc >= 0; arc = entering(simplex)) pivot(simplex, arc);
  const { arcs, flow, potential } = simplex;
  return {
    flow: flow.slice(0, arcs),
    potential: potential.slice(0, network.nodes),
    isFeasible: flow.subarray(arcs).every((left) => left === 0),
  };
}

/** All supply goes to an artificial root and from there on, at a price that no path through the network can reach. */
function begin({ nodes, from, to, capacity, cost, supply }: FlowNetwork): Simplex {
  const arcs = from.length;
  const greatest = cost.reduce((most, one) => Math.max(most, Math.abs(one)), 1);
  if (greatest * nodes > MOST_COST) throw new RangeError(`costs of ${greatest} are too great for ${nodes} nodes`);
  const price = greatest * (nodes + 1);
  const all = arcs + nodes;
  const longer = (values: Int32Array): Int32Array => {
    const copy = new Int32Array(all);
    copy.set(values);
    return copy;
  };
  const simplex: Simplex = {
    arcs,
    from: longer(from),
    to: longer(to),
    capacity: zeros(all).fill(Number.POSITIVE_INFINITY),
    cost: zeros(all).fill(price),
    flow: zeros(all),
    state: new Int32Array(all).fill(AT_NOTHING),
    potential: zeros(nodes + 1),
    tree: createStar(nodes, arcs),
    cursor: 0,
  };
  simplex.capacity.set(capacity);
  simplex.cost.set(cost);
  for (let node = 0; node < nodes; node++) {
    const outward = at(supply, node) >= 0;
    simplex.from[arcs + node] = outward ? node : nodes;
    simplex.to[arcs + node] = outward ? nodes : node;
    simplex.flow[arcs + node] = Math.abs(at(supply, node));
    simplex.state[arcs + node] = IN_TREE;
    simplex.potential[node] = outward ? -price : price;
  }
  return simplex;
}

/** What flow round the cycle of this arc costs a unit; zero for the tree's own arcs. */
const reducedCost = ({ cost, potential, from, to }: Simplex, arc: number): number =>
  at(cost, arc) + at(potential, int(from, arc)) - at(potential, int(to, arc));

/** The arc of the next block whose change saves the most; −1: none saves anything, the flow is the cheapest. */
function entering(simplex: Simplex): number {
  const { state, cost, potential, from, to, arcs } = simplex;
  const block = Math.max(20, Math.ceil(Math.sqrt(arcs)));
  let best = -1;
  let most = 0;
  let arc = simplex.cursor;
  for (let seen = 1; seen <= arcs; seen++) {
    const reduced = at(cost, arc) + at(potential, int(from, arc)) - at(potential, int(to, arc));
    const saved = -reduced * int(state, arc);
    if (saved > most) [best, most] = [arc, saved];
    arc = arc + 1 < arcs ? arc + 1 : 0;
    if (best >= 0 && seen % block === 0) break;
  }
  simplex.cursor = arc;
  return best;
}

/** By how much flow may change on the tree's arc above `node`, upwards or downwards. */
function room({ tree, from, flow, capacity }: Simplex, node: number, upwards: boolean): number {
  const arc = int(tree.arc, node);
  const pointsUp = int(from, arc) === node;
  return pointsUp === upwards ? at(capacity, arc) - at(flow, arc) : at(flow, arc);
}

interface Blocking {
  readonly amount: number;
  /** The node below the arc that blocks; −1: the entering arc blocks itself. */
  readonly below: number;
  readonly join: number;
  readonly onTailSide: boolean;
}

/**
 * The cycle that the entering arc closes, followed in the direction of the flow from where its two ways to the root join. Of
 * several arcs that block, the last keeps the tree strongly feasible.
 */
function block(simplex: Simplex, entering: number, tail: number, head: number): Blocking {
  const { parent, depth } = simplex.tree;
  const { capacity } = simplex;
  let [amount, below, onTailSide] = [at(capacity, entering), -1, false];
  let [down, up] = [tail, head];
  while (down !== up) {
    if (int(depth, down) >= int(depth, up)) {
      const left = room(simplex, down, false);
      // Only a smaller one: on this side the walk goes against the flow, and all that was seen before comes later.
      if (left < amount) [amount, below, onTailSide] = [left, down, true];
      down = int(parent, down);
    } else {
      const left = room(simplex, up, true);
      if (left <= amount) [amount, below, onTailSide] = [left, up, false];
      up = int(parent, up);
    }
  }
  return { amount, below, join: down, onTailSide };
}

/** Sends what it can round the entering arc's cycle; what blocks leaves the tree, and the entering arc takes its place. */
function pivot(simplex: Simplex, entering: number): void {
  const { from, to, flow, state, tree, potential } = simplex;
  const forwards = int(state, entering) === AT_NOTHING;
  const tail = int(forwards ? from : to, entering);
  const head = int(forwards ? to : from, entering);
  const { amount, below, join, onTailSide } = block(simplex, entering, tail, head);
  if (amount > 0) {
    add(flow, entering, forwards ? amount : -amount);
    for (let node = tail; node !== join; node = int(tree.parent, node)) push(simplex, node, -amount);
    for (let node = head; node !== join; node = int(tree.parent, node)) push(simplex, node, amount);
  }
  if (below < 0) {
    state[entering] = -int(state, entering);
    return;
  }
  const leaving = int(tree.arc, below);
  state[leaving] = at(flow, leaving) === 0 ? AT_NOTHING : AT_CAPACITY;
  state[entering] = IN_TREE;
  const [grip, anchor] = onTailSide ? [tail, head] : [head, tail];
  const reduced = reducedCost(simplex, entering);
  rehang(tree, below, grip, anchor, entering);
  settle(tree, grip, potential, int(from, entering) === grip ? -reduced : reduced);
}

/** More flow upwards on the tree's arc above `node`; below zero, downwards. */
function push({ tree, from, flow }: Simplex, node: number, amount: number): void {
  const arc = int(tree.arc, node);
  add(flow, arc, int(from, arc) === node ? amount : -amount);
}
