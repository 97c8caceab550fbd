/** The network simplex method's spanning tree: who hangs below whom, by which arc, and how a branch is hung elsewhere. */

/** By node. The root is the last node; −1 where there is none. */
export interface SpanningTree {
  readonly parent: Int32Array;
  /** The arc between a node and its parent, whichever way it points. */
  readonly arc: Int32Array;
  readonly depth: Int32Array;
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
  readonly previousSibling: Int32Array;
}

const NONE = -1;

/** The element, unchecked for speed: every index here is a node or an arc. */
export const int = (vector: Int32Array, index: number): number => vector[index] as number;

/** Every node hangs on the root: node v by the arc `firstArc` + v. */
export function createStar(nodes: number, firstArc: number): SpanningTree {
  const empty = (): Int32Array => new Int32Array(nodes + 1).fill(NONE);
  const tree: SpanningTree = {
    parent: empty(),
    arc: empty(),
    depth: new Int32Array(nodes + 1),
    firstChild: empty(),
    nextSibling: empty(),
    previousSibling: empty(),
  };
  for (let node = 0; node < nodes; node++) {
    hang(tree, node, nodes, firstArc + node);
    tree.depth[node] = 1;
  }
  return tree;
}

function hang(
  { parent, arc, firstChild, nextSibling, previousSibling }: SpanningTree,
  ...to: readonly [number, number, number]
): void {
  const [node, below, by] = to;
  const first = int(firstChild, below);
  parent[node] = below;
  arc[node] = by;
  nextSibling[node] = first;
  previousSibling[node] = NONE;
  if (first !== NONE) previousSibling[first] = node;
  firstChild[below] = node;
}

function unhang({ parent, firstChild, nextSibling, previousSibling }: SpanningTree, node: number): void {
  const [next, previous] = [int(nextSibling, node), int(previousSibling, node)];
  if (next !== NONE) previousSibling[next] = previous;
  if (previous !== NONE) nextSibling[previous] = next;
  else firstChild[int(parent, node)] = next;
}

/** Cuts off the branch that ends in `top`, and hangs it by its node `grip` below another one. */
export function rehang(tree: SpanningTree, top: number, grip: number, below: number, by: number): void {
  let [node, parent, arc] = [grip, below, by];
  for (;;) {
    const [parentBefore, arcBefore] = [int(tree.parent, node), int(tree.arc, node)];
    unhang(tree, node);
    hang(tree, node, parent, arc);
    if (node === top) return;
    [node, parent, arc] = [parentBefore, node, arcBefore];
  }
}

/** After `branch` was hung elsewhere: its nodes' depths, and `shift` more of each one's potential. */
export function settle(tree: SpanningTree, branch: number, potential: Float64Array, shift: number): void {
  const { parent, depth, firstChild, nextSibling } = tree;
  for (let node = branch; ; ) {
    potential[node] = (potential[node] as number) + shift;
    depth[node] = int(depth, int(parent, node)) + 1;
    if (int(firstChild, node) !== NONE) {
      node = int(firstChild, node);
      continue;
    }
    while (node !== branch && int(nextSibling, node) === NONE) node = int(parent, node);
    if (node === branch) return;
    node = int(nextSibling, node);
  }
}
