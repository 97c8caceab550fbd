/** What is wrong with the site's files, and where: one line each, all of them at once. */

export interface Problem {
  /** Below the site's directory, as in `policies/web.yaml`. */
  readonly file: string;
  /** 1-based; `null` where the file as a whole is meant. */
  readonly line: number | null;
  readonly column: number | null;
  /** The key, as in `machines.floor`; empty where the file as a whole is meant. */
  readonly path: string;
  readonly message: string;
}

/** A problem of a whole file, such as one that is missing. */
export const fileProblem = (file: string, message: string): Problem => ({
  file,
  line: null,
  column: null,
  path: "",
  message,
});

/** As an operator reads them: what stays in force, then a line for each problem with file:line:column first. */
export function describeProblems(problems: readonly Problem[], inForce: boolean): string {
  const places = problems.map(placeOf);
  const width = Math.max(0, ...places.map((place) => place.length));
  const lines = problems.map((problem, index) => {
    const subject = problem.path === "" ? "" : `${problem.path}: `;
    return `  ${(places[index] ?? "").padEnd(width)}  ${subject}${problem.message}`;
  });
  const head = inForce
    ? "policy rejected, the previous one stays in force"
    : "policy rejected, and no earlier one is in force: correct the files and start again";
  return [head, ...lines].join("\n");
}

const placeOf = ({ file, line, column }: Problem): string =>
  line === null ? file : `${file}:${line}${column === null ? "" : `:${column}`}`;

/** A fleet of thousands with one wrong default would fill every log. */
const MOST_PROBLEMS = 200;

/** By file, then place; equal ones once, and at most so many that somebody reads them. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const sorted = [...problems].sort(
    (a, b) =>
      compareText(a.file, b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0) ||
      compareText(a.path, b.path),
  );
  const seen = new Set<string>();
  const different = sorted.filter((problem) => {
    const key = JSON.stringify(problem);
    return seen.has(key) ? false : seen.add(key);
  });
  const more = different.length - MOST_PROBLEMS;
  if (more <= 0) return different;
  const last = different[MOST_PROBLEMS - 1]?.file ?? "";
  return [...different.slice(0, MOST_PROBLEMS), fileProblem(last, `and ${more} more problems`)];
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
