/**
 * The `host` declarations of an ISC dhcpd.conf: name, MAC address and address, wherever in the file's groups, subnets and
 * pools they stand. A small reader of our own: for JavaScript there is none that is kept.
 */
import type { ReadRows, Row } from "./read-csv.ts";

export interface DhcpdHosts {
  readonly rows: readonly Row[];
  /** Hosts that no machine can be made of, and files that are included but were not read. */
  readonly skipped: readonly { readonly line: number; readonly why: string }[];
}

interface Token {
  readonly text: string;
  readonly line: number;
  /** A quoted text is never a keyword, a brace or an end. */
  readonly quoted: boolean;
}

interface Host {
  readonly name: string;
  readonly line: number;
  readonly depth: number;
  readonly cells: Record<string, string>;
}

export function readDhcpd(text: string): (DhcpdHosts & { readonly ok: true }) | (ReadRows & { readonly ok: false }) {
  const rows: Row[] = [];
  const skipped: { line: number; why: string }[] = [];
  let host: Host | null = null;
  let depth = 0;
  let statement: Token[] = [];
  let opened = 1;
  for (const token of tokensOf(text)) {
    if (token.quoted || !/^[{};]$/.test(token.text)) {
      statement.push(token);
      continue;
    }
    const [first, second] = statement;
    if (token.text === "{") {
      depth += 1;
      opened = token.line;
      if (keyword(first) === "host" && second !== undefined && host === null)
        host = { name: second.text, line: second.line, depth, cells: {} };
    } else if (token.text === ";") {
      if (host !== null) takeStatement(host, statement);
      else if (keyword(first) === "include" && second !== undefined)
        skipped.push({ line: second.line, why: `the included file ${second.text} was not read; import it by itself` });
    } else {
      if (depth === 0) return { ok: false, why: `line ${token.line}: a brace closes that was never opened` };
      if (host?.depth === depth) {
        const done = finished(host);
        if ("cells" in done) rows.push(done);
        else skipped.push(done);
        host = null;
      }
      depth -= 1;
    }
    statement = [];
  }
  if (depth > 0) return { ok: false, why: `the brace of line ${opened} is never closed` };
  return { ok: true, rows, skipped };
}

const keyword = (token: Token | undefined): string | null =>
  token === undefined || token.quoted ? null : token.text.toLowerCase();

function takeStatement({ cells }: Host, statement: readonly Token[]): void {
  const [first, second, third] = statement;
  if (keyword(first) === "hardware" && keyword(second) === "ethernet" && third !== undefined) cells.mac = third.text;
  // Of several addresses the first: dhcpd hands out the one that fits the client's network.
  if (keyword(first) === "fixed-address" && second !== undefined) cells.ip = second.text.replace(/,.*$/, "");
}

/** A machine is named by the host's name without its domain. */
function finished({ name, line, cells }: Host): Row | { line: number; why: string } {
  const lacks = [
    ...(cells.mac === undefined ? ["hardware ethernet"] : []),
    ...(cells.ip === undefined ? ["fixed-address"] : []),
  ];
  if (lacks.length > 0) return { line, why: `the host ${name} has no ${lacks.join(" and no ")}` };
  const [label = name] = name.split(".");
  return { line, cells: { ...cells, name: label.toLowerCase(), mac: padded(cells.mac ?? "") } };
}

/** dhcpd takes `0:11:2:33:44:55`, too. */
const padded = (mac: string): string =>
  mac
    .split(":")
    .map((byte) => byte.padStart(2, "0"))
    .join(":");

const TOKEN = /#[^\n]*|"((?:\\.|[^"\\])*)"|[{};]|[^\s{};#"]+/g;

function* tokensOf(text: string): Generator<Token> {
  let line = 1;
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    line += text.slice(from, match.index).split("\n").length - 1;
    const start = line;
    line += match[0].split("\n").length - 1;
    from = match.index + match[0].length;
    if (match[0].startsWith("#")) continue;
    yield { text: match[1] ?? match[0], line: start, quoted: match[1] !== undefined };
  }
}
