/** What HAProxy's runtime API says, read strictly and by column names, which are stable where positions may not be. */

/** One server of one backend, as one proxy sees it. */
export interface ServerView {
  /** Gets no new work: drained, in maintenance, or its weight is 0. */
  readonly off: boolean;
  readonly up: boolean;
  /** `scur`: requests in progress. Idle keep-alive connections are not among them. */
  readonly sessions: number;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: "RTK_HAPROXY_NO_BACKEND" | "RTK_HAPROXY_GARBLED"; readonly why: string };

/** As HAProxy says it to `show servers state`, `show stat` and `set server`. */
const NO_BACKEND = /^(?:Can't find backend|No such backend|No such proxy)\.$/;
/** srv_op_state: 0 stopped, 1 starting (slow start), 2 running, 3 stopping (a check asked for no new work). */
const UP_STATES = new Set(["1", "2"]);

export interface ServerRow {
  readonly name: string;
  readonly off: boolean;
  /** Its weight, set by an operator or an agent check, is 0: `ready` alone brings it no work. */
  readonly weightless: boolean;
  readonly up: boolean;
  /** Where its work goes; null where HAProxy does not say. */
  readonly address: string | null;
}

/** Reads the answer to `show servers state BACKEND;show stat BACKEND 4 -1`: every server of the backend, by name. */
export function parseBackend(text: string, backend: string): Parsed<ReadonlyMap<string, ServerView>> {
  const [states, stats, end, ...more] = text.split("\n\n");
  if (states !== undefined && NO_BACKEND.test(states.trim()))
    return { ok: false, code: "RTK_HAPROXY_NO_BACKEND", why: `it has no backend ${backend}` };
  if (states === undefined || stats === undefined || end !== "" || more.length > 0)
    return garbled("its answer is incomplete");

  const rows = parseServersState(states, backend);
  if (rows === null) return garbled("its answer to `show servers state` does not fit");
  const sessions = parseSessions(stats, backend);
  if (sessions === null) return garbled("its answer to `show stat` does not fit");

  const servers = new Map<string, ServerView>();
  for (const { name, off, up } of rows) {
    const current = sessions.get(name);
    if (current === undefined || servers.has(name)) return garbled(`its two answers disagree about server ${name}`);
    servers.set(name, { off, up, sessions: current });
  }
  return { ok: true, value: servers };
}

/** The part after the state table in the answer to `show servers state BACKEND;set server …`; `null` when there is none. */
export function parseSetAnswer(text: string): string | null {
  const end = text.indexOf("\n\n");
  return end < 0 ? null : text.slice(end + 2);
}

/** `1`, a header that begins with `#`, then one line per server; `null` when it is anything else. */
export function parseServersState(text: string, backend: string): ServerRow[] | null {
  const [version, header, ...lines] = text.split("\n");
  if (version !== "1" || header === undefined || !header.startsWith("# ")) return null;
  const columns = header.slice(2).trim().split(" ");

  const rows: ServerRow[] = [];
  for (const line of lines) {
    const cell = cellsOf(columns, line.split(" "));
    const [name, op, admin, weight] = [
      cell("srv_name"),
      cell("srv_op_state"),
      cell("srv_admin_state"),
      cell("srv_uweight"),
    ];
    if (cell("be_name") !== backend || name === undefined) return null;
    if (!isCount(op) || !isCount(admin) || !isCount(weight)) return null;
    // Any admin bit means no new work: 1, 2, 4, 32 and 64 are kinds of maintenance, 8 and 16 of drain. While a drained
    // server is down, bit 8 is the only sign left of the drain.
    const weightless = Number(weight) === 0;
    rows.push({
      name,
      off: Number(admin) !== 0 || weightless,
      weightless,
      up: UP_STATES.has(op),
      address: cell("srv_addr") ?? null,
    });
  }
  return rows;
}

/** Current sessions by server, from CSV; `null` when it does not fit. All columns up to `scur` are plain words. */
function parseSessions(text: string, backend: string): Map<string, number> | null {
  const [header, ...lines] = text.split("\n");
  if (header === undefined || !header.startsWith("# ")) return null;
  const columns = header.slice(2).split(",");

  const sessions = new Map<string, number>();
  for (const line of lines) {
    const cell = cellsOf(columns, line.split(","));
    const [name, current] = [cell("svname"), cell("scur")];
    if (cell("pxname") !== backend || name === undefined || !isCount(current) || sessions.has(name)) return null;
    sessions.set(name, Number(current));
  }
  return sessions;
}

const cellsOf =
  (columns: readonly string[], cells: readonly string[]) =>
  (name: string): string | undefined => {
    const index = columns.indexOf(name);
    return index < 0 ? undefined : cells[index];
  };

const isCount = (text: string | undefined): text is string => text !== undefined && /^\d{1,9}$/.test(text);

const garbled = (why: string): Parsed<never> => ({ ok: false, code: "RTK_HAPROXY_GARBLED", why });
