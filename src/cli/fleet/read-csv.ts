/** Machines from a CSV file, as spreadsheets and inventories write it: a header names the columns, each line is a machine. */
import { CsvError, parse } from "csv-parse/sync";
import { suggestKey } from "../../control/configuration/suggest-key.ts";
import { bmcOf } from "./machine-options.ts";

/** A machine as far as a file tells; checked once all files are put together. */
export interface Row {
  readonly line: number;
  /** Keys of a fleet entry; domains among them as `domains.rack`. */
  readonly cells: Readonly<Record<string, string>>;
}

export type ReadRows =
  | { readonly ok: true; readonly rows: readonly Row[] }
  | { readonly ok: false; readonly why: string };

const PLAIN = ["name", "ip", "mac", "bmc", "bmcPasswordFile", "roles", "capacity", "loader", "status"];
/** The usual domains need no prefix. */
const USUAL_DOMAINS = ["rack", "pdu", "storage"];
const DOMAIN = /^domains\.[\w.-]+$/;

/** `needed`: columns that must be there. */
export function readCsv(text: string, needed: readonly string[]): ReadRows {
  try {
    const [header, ...lines] = parse(text, OPTIONS) as unknown as Parsed[];
    if (header === undefined) return { ok: false, why: "the file is empty" };
    const columns = header.record.map(columnOf);
    const wrong = headerProblems(columns, header.record, needed);
    if (wrong.length > 0) return { ok: false, why: `line ${header.info.lines}: ${wrong.join("; ")}` };
    const uneven = lines.filter(({ record }) => record.length !== columns.length);
    if (uneven.length > 0) return { ok: false, why: uneven.map((line) => unevenLine(line, columns)).join("; ") };
    return { ok: true, rows: lines.map((line) => rowOf(line, columns)) };
  } catch (error) {
    if (error instanceof CsvError) return { ok: false, why: error.message };
    throw error;
  }
}

const OPTIONS = {
  ...{ bom: true, trim: true, skip_empty_lines: true, info: true, relax_column_count: true },
  ...{ comment: "#", comment_no_infix: true },
} as const;

const unevenLine = ({ record, info }: Parsed, columns: readonly string[]): string =>
  `line ${info.lines} has ${record.length} cells, the header ${columns.length}`;

/** An empty cell says nothing. */
function rowOf({ record, info }: Parsed, columns: readonly string[]): Row {
  const cells = columns.map((column, index) => [column, record[index] ?? ""] as const);
  return { line: info.lines, cells: Object.fromEntries(cells.filter(([, cell]) => cell !== "")) };
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

const columnOf = (title: string): string => (USUAL_DOMAINS.includes(title) ? `domains.${title}` : title);

function headerProblems(columns: readonly string[], titles: readonly string[], needed: readonly string[]): string[] {
  const unknown = titles.filter(
    (_, index) => !PLAIN.includes(columns[index] ?? "") && !DOMAIN.test(columns[index] ?? ""),
  );
  const missing = needed.filter((column) => !columns.includes(column));
  const twice = columns.filter((column, index) => columns.indexOf(column) !== index);
  const known = [...PLAIN, ...USUAL_DOMAINS];
  return [
    ...unknown.map((title) => {
      const meant = suggestKey(title, known);
      return `no column is named ${JSON.stringify(title)}${meant === null ? "" : `; did you mean ${meant}?`}`;
    }),
    ...missing.map((column) => `the header lacks the column ${column}`),
    ...twice.map((column) => `the column ${column} is there twice`),
  ];
}

/** The entry that the cells amount to; what is wrong with it, its schema says. */
export function entryFrom(cells: Row["cells"]): Record<string, unknown> {
  const { bmc, bmcPasswordFile, roles, capacity, ...others } = cells;
  const plain = Object.entries(others).filter(([key]) => !DOMAIN.test(key));
  const domains = Object.entries(others).filter(([key]) => DOMAIN.test(key));
  const at = bmc === undefined ? undefined : bmcOf(bmc);
  const own = typeof at === "string" ? { address: at } : at;
  return {
    ...Object.fromEntries(plain),
    ...(at === undefined
      ? {}
      : { bmc: bmcPasswordFile === undefined ? at : { ...own, passwordFile: bmcPasswordFile } }),
    ...(domains.length === 0
      ? {}
      : { domains: Object.fromEntries(domains.map(([key, name]) => [key.slice("domains.".length), name])) }),
    ...(roles === undefined ? {} : { roles: roles.split(/[\s,;|]+/) }),
    ...(capacity === undefined ? {} : { capacity: Number(capacity) }),
  };
}
