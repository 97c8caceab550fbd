/** Statecharts as Mermaid diagrams and tables, from the XState machines themselves: a chart can't change without its picture. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate";

/** Stands for every state at once: Mermaid can't draw an arrow from a whole chart to one of its own states. */
const ANY_STATE = "any";

/** A `stateDiagram-v2` with each arrow's event and guard. Transitions without a target stay in the table. */
export function mermaidOf(machine: AnyStateMachine): string {
  const { root } = machine;
  return ["stateDiagram-v2", ...indent(drawRegions(root)), ""].join("\n");
}

/** One state's answer to one event; the first of several that fits is taken, which is what `place` counts. */
export interface Arrow {
  readonly event: string;
  readonly place: number;
  /** `null`: taken whenever none before it was. */
  readonly guard: string | null;
  /** `null`: the state stays as it is, and only the action runs. */
  readonly target: string | null;
  readonly actions: readonly string[];
}

/** Every arrow that leaves this state, in the order in which the chart asks. */
export function arrowsOf(node: AnyStateNode): readonly Arrow[] {
  return [...node.transitions].flatMap(([event, transitions]) =>
    transitions.map((transition, index) => arrowOf(event, index + 1, transition)),
  );
}

/** The states of a chart by their names, regions first and then what lies in them. */
export function statesOf(node: AnyStateNode): readonly AnyStateNode[] {
  return Object.values(node.states).flatMap((state) => [state, ...statesOf(state)]);
}

function arrowOf(event: string, place: number, { guard, target, actions }: AnyTransitionDefinition): Arrow {
  return {
    event,
    place,
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

function drawRegions(node: AnyStateNode): string[] {
  if (node.type !== "parallel") return drawStates(node);
  const regions = Object.values(node.states).map((region) => drawComposite(region));
  const drawn = regions.flatMap((lines, index) => (index === 0 ? lines : ["--", ...lines]));
  return [`state ${node.key} {`, ...indent(drawn), "}"];
}

const drawComposite = (node: AnyStateNode): string[] => [
  `state ${node.key} {`,
  ...indent(node.type === "parallel" ? drawRegions(node) : drawStates(node)),
  "}",
];

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

const drawArrows = (from: string, arrows: readonly Arrow[]): string[] =>
  arrows.flatMap(({ event, guard, target }) =>
    target === null ? [] : [`${from} --> ${target}: ${event}${guard === null ? "" : ` [${guard}]`}`],
  );

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
