/** Statecharts as Mermaid diagrams and tables, from the XState machines themselves: a chart can't change without its picture. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate";

/** Stands for every state at once: Mermaid can't draw an arrow from a whole chart to one of its own states. */
const ANY_STATE = "any";

/** A `stateDiagram-v2` with each arrow's events and guards. Transitions without a target are left to the table. */
export function mermaidOf(machine: AnyStateMachine): string {
  const { root } = machine;
  return ["stateDiagram-v2", ...indent(root.type === "parallel" ? drawComposite(root) : drawStates(root)), ""].join(
    "\n",
  );
}

/** One state's answer to one event. */
export interface Arrow {
  readonly event: string;
  /** `null`: taken whenever none before it was. */
  readonly guard: string | null;
  /** `null`: the state stays as it is, and only the action runs. */
  readonly target: string | null;
  readonly actions: readonly string[];
}

/** Every arrow that leaves this state, in the order in which the chart asks. */
export function arrowsOf(node: AnyStateNode): readonly Arrow[] {
  return [...node.transitions].flatMap(([event, transitions]) =>
    transitions.map((transition) => arrowOf(event, transition)),
  );
}

/** The states of a chart by their names, regions first and then what lies in them. */
export function statesOf(node: AnyStateNode): readonly AnyStateNode[] {
  return Object.values(node.states).flatMap((state) => [state, ...statesOf(state)]);
}

function arrowOf(event: string, { guard, target, actions }: AnyTransitionDefinition): Arrow {
  return {
    event,
    guard: guard === undefined ? null : nameOf(guard),
    target: target?.[0]?.key ?? null,
    actions: actions.map(nameOf),
  };
}

/** Guards and actions are named in `setup`, so a picture never has to show code. */
function nameOf(named: unknown): string {
  const name = typeof named === "object" && named !== null && "type" in named ? named.type : named;
  if (typeof name !== "string") throw new Error("a chart's guards and actions must be named in setup");
  return name;
}

const drawComposite = (node: AnyStateNode): string[] => [`state ${node.key} {`, ...indent(drawInside(node)), "}"];

/** Mermaid draws regions only within a state, and divides them by `--`. */
function drawInside(node: AnyStateNode): string[] {
  if (node.type !== "parallel") return drawStates(node);
  const regions = Object.values(node.states).map((region) => drawComposite(region));
  return regions.flatMap((lines, index) => (index === 0 ? lines : ["--", ...lines]));
}

function drawStates(node: AnyStateNode): string[] {
  const states = Object.values(node.states);
  const initial = node.initial.target[0]?.key;
  return [
    ...(initial === undefined ? [] : [`[*] --> ${initial}`]),
    ...drawShared(node),
    ...states.flatMap((state) => [
      ...(Object.keys(state.states).length > 0 ? drawComposite(state) : []),
      ...drawArrows(state.key, arrowsOf(state)),
      ...(state.type === "final" ? [`${state.key} --> [*]`] : []),
    ]),
  ];
}

/** Transitions of the chart as a whole: taken from whatever state it is in. */
function drawShared(node: AnyStateNode): string[] {
  const arrows = drawArrows(ANY_STATE, arrowsOf(node));
  return arrows.length === 0 ? [] : [`state "any state" as ${ANY_STATE}`, ...arrows];
}

/** Arrows between the same two states are drawn as one, with all their reasons: they would only lie on each other. */
function drawArrows(from: string, arrows: readonly Arrow[]): string[] {
  const labels = new Map<string, string[]>();
  for (const { event, guard, target } of arrows) {
    if (target === null) continue;
    const label = guard === null ? event : `${event} [${guard}]`;
    labels.set(target, [...(labels.get(target) ?? []), label]);
  }
  return [...labels].map(([target, reasons]) => `${from} --> ${target}: ${reasons.join("<br/>")}`);
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
