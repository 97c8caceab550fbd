/** A back-test as a page: what it cost, what each role needed and had, and all that is needed to make it again. */
import type { BackTest } from "../../simulation/backtest/back-test.ts";
import { BILL_COLUMNS, billRows, spanText } from "../text/back-test-text.ts";
import { backTestView } from "../text/back-test-view.ts";
import { type Html, html } from "./html.ts";
import { commandHtml, foldedHtml, pageHtml, sheetHtml } from "./page.ts";
import { plotHtml } from "./plot.ts";
import { courseOf, daySheet, type RoleCourse, worstDay } from "./role-course.ts";
import { rolePlots } from "./role-plots.ts";

export interface BackTestRun {
  /** `as it is`, `as changed`; empty where there is but one. */
  readonly name: string;
  readonly test: BackTest;
  /** The policy files that it went by: path → text. */
  readonly policies: ReadonlyMap<string, string>;
}

export interface BackTestReport {
  readonly title: string;
  /** What was replayed and what was assumed, a sentence each. */
  readonly assumed: readonly string[];
  readonly runs: readonly BackTestRun[];
  /** With two of them: what the change costs. */
  readonly verdict: string | null;
  /** Its command line, without the program's name. */
  readonly command: readonly string[];
}

export function backTestReport({ title, assumed, runs, verdict, command }: BackTestReport): string {
  return pageHtml(title, [
    ...(verdict === null ? [] : [html`<p><strong>${verdict}</strong></p>\n`]),
    ...runs.map((run) => billSection(run)),
    html`<h2>What was assumed</h2>\n<ul>\n${assumed.map((sentence) => html`<li>${sentence}</li>\n`)}</ul>\n`,
    ...runs.flatMap((run, index) => [...roleSections(run, index), policySection(run)]),
    commandHtml(command),
  ]);
}

const named = (heading: string, name: string): string => (name === "" ? heading : `${heading}, ${name}`);

function billSection({ name, test }: BackTestRun): Html {
  const view = backTestView(test);
  const caption =
    "Machine-hours of the rest role: a shortage at its role's shortageCost, a lost hour 1, a move 5 minutes.";
  return html`<h2>${named("What it cost", name)}</h2>
<p>${spanText(view)}</p>
${sheetHtml({ caption, columns: BILL_COLUMNS, rows: billRows(view) })}${view.notCompared === null ? null : html`<p>${view.notCompared}</p>\n`}`;
}

function roleSections({ name, test }: BackTestRun, run: number): Html[] {
  const courses = [...test.replay.serving.keys()].map((role) => courseOf(test, role));
  // What was measured comes first: the rest role has what this leaves.
  const inOrder = [...courses.filter(({ measured }) => measured), ...courses.filter(({ measured }) => !measured)];
  return inOrder.map((course) => {
    const { role } = course;
    const worst = worstDay(course);
    return html`<h2>${named(`Role ${role}`, name)}</h2>
${rolePlots(course, `r${run}-${role}`).map(plotHtml)}
${worst === null ? null : worstSection(worst, `r${run}-${role}-worst`)}
${foldedHtml(`${role} day by day, as a table`, sheetHtml(daySheet(course)))}`;
  });
}

const worstSection = (worst: RoleCourse, id: string): Html =>
  html`<h3>The day with the most shortage, ${new Date(worst.startMs).toISOString().slice(0, 10)}</h3>
${rolePlots(worst, id).map(plotHtml)}`;

const policySection = ({ name, policies }: BackTestRun): Html =>
  html`<h2>${named("Policies", name)}</h2>
${[...policies].map(([path, text]) => foldedHtml(path, html`<pre>${text}</pre>\n`))}`;
