/** docs/statecharts.md: each statechart as a diagram, and a table of what its states mean and how they are left. */
import type { AnyStateMachine, AnyStateNode } from "xstate";
import { modeMachine } from "../decide/mode.statechart.ts";
import { roleMachine } from "../decide/role.statechart.ts";
import { operationMachine } from "../operate/operation.statechart.ts";
import { rolloutMachine } from "../rollout/rollout.statechart.ts";
import { storageMachine } from "../storage/storage.statechart.ts";
import { type Arrow, arrowsOf, mermaidOf, statesOf } from "./mermaid.ts";
import {
  MODE_SENTENCES,
  OPERATION_SENTENCES,
  ROLE_SENTENCES,
  ROLLOUT_SENTENCES,
  STORAGE_SENTENCES,
} from "./state-sentences.ts";

interface Pictured {
  readonly title: string;
  /** From the page to the chart's file. */
  readonly source: string;
  readonly about: string;
  readonly machine: AnyStateMachine;
  readonly sentences: Readonly<Record<string, string>>;
}

export const PICTURED: readonly Pictured[] = [
  {
    title: "The mode chart",
    source: "../src/core/decide/mode.statechart.ts",
    about:
      "One for the pool. Four regions, each with its own question; new operations may begin only while `auto`, `running`, `closed` and `going` hold together. Operations in flight are not its business.",
    machine: modeMachine,
    sentences: MODE_SENTENCES,
  },
  {
    title: "The role chart",
    source: "../src/core/decide/role.statechart.ts",
    about:
      "One for each role. Every TICK asks the same questions in the same order from whatever state it is in, and the first that fits names the next state; the state and the elapsed holds give the permitted range. After the allocation, COMMIT writes the desired count.",
    machine: roleMachine,
    sentences: ROLE_SENTENCES,
  },
  {
    title: "The operation chart",
    source: "../src/core/operate/operation.statechart.ts",
    about:
      "One for each machine in operation. OBSERVE arrives once in each tick with what was seen, and CANCEL when the plan calls the operation off.",
    machine: operationMachine,
    sentences: OPERATION_SENTENCES,
  },
  {
    title: "The storage chart",
    source: "../src/core/storage/storage.statechart.ts",
    about:
      "One for each file server of retask.yaml. TICK arrives once in each tick with what its two sources say, FAIL_OVER and FAIL_BACK when an operator orders it.",
    machine: storageMachine,
    sentences: STORAGE_SENTENCES,
  },
  {
    title: "The rollout chart",
    source: "../src/core/rollout/rollout.statechart.ts",
    about:
      "One for each roll-out or rolling reboot, at most one of them under way in a role. OBSERVE arrives once in each tick with what was seen of its machines; PAUSE, RESUME and ABORT are an operator's words.",
    machine: rolloutMachine,
    sentences: ROLLOUT_SENTENCES,
  },
];

const INTRODUCTION = `<!-- Generated from the statecharts by src/core/diagram/statecharts-page.ts: run \`npm run docs\`, don't edit. -->

# Statecharts

The four XState machines of retask, drawn from their own definitions. They decide *what may happen when* and do no I/O; time reaches them as watched milliseconds in each event. An arrow reads \`EVENT [guard]\`, and bears one line for each reason. Of several reasons for one event the first whose guard holds counts, in the order of the tables; where a table says *stays*, only the action runs.

Guards and actions are functions of the same name in the chart's file or beside it. [architecture.md](architecture.md) says where the charts stand in the loop.
`;

/** The whole page, Markdown. */
export function statechartsPage(): string {
  return [INTRODUCTION, ...PICTURED.map(section)].join("\n");
}

function section({ title, source, about, machine, sentences }: Pictured): string {
  const shared = arrowsOf(machine.root).map((arrow) => describeArrow(arrow));
  const always = shared.length === 0 ? [] : ["In any state:", "", ...shared.map((line) => `- ${line}`), ""];
  const rows = statesOf(machine.root).map((state) => row(state, sentences));
  return [
    `## ${title}`,
    "",
    `${about} Source: [${source.replace(/^.*\//, "")}](${source}).`,
    "",
    "```mermaid",
    mermaidOf(machine).trimEnd(),
    "```",
    "",
    ...always,
    "| state | what it means | how it is left, in this order |",
    "|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function row(state: AnyStateNode, sentences: Readonly<Record<string, string>>): string {
  const sentence = sentences[state.key];
  if (sentence === undefined) throw new Error(`no sentence says what the state ${state.key} means`);
  return `| \`${state.key}\` | ${sentence} | ${leaving(state)} |`;
}

function leaving(state: AnyStateNode): string {
  if (state.type === "final") return "the end";
  if (Object.keys(state.states).length > 0) return "a region: never";
  const arrows = arrowsOf(state);
  return arrows.length === 0 ? "as any state" : arrows.map((arrow) => describeArrow(arrow)).join("<br>");
}

function describeArrow({ event, guard, target, actions }: Arrow): string {
  const when = guard === null ? event : `${event} [${guard}]`;
  const does = actions.length === 0 ? "" : ` / ${actions.join(", ")}`;
  return `\`${when}${does}\` ${target === null ? "stays" : `→ \`${target}\``}`;
}
