/** What a machine asked a TFTP server for, read from the log of tftpd-hpa (with --verbose) or dnsmasq. */

export interface LoggedRequest {
  readonly file: string;
  /** What the server said instead of sending it. */
  readonly error: string | null;
}

const HPA_REQUEST = /\bRRQ from (\S+) filename (\S.*?)(?: remapped to .*)?$/;
const HPA_REFUSAL = /\bsending NAK \(\d+, ([^)]+)\) to (\S+)$/;
const DNSMASQ_SENT = /\bsent (\/.+) to (\S+)$/;
const DNSMASQ_FAILED = /\b(?:file|failed sending) (\/.+?)(?: (not found))?(?: for| to) (\S+)$/;

/** In the order of the log; tftpd-hpa tells of a request when it comes, dnsmasq when it was answered. */
export function loggedRequests(lines: readonly string[], ip: string): LoggedRequest[] {
  const requests: LoggedRequest[] = [];
  for (const line of lines) {
    const asked = requestIn(line, ip);
    if (asked !== null) requests.push(asked);
    const [, refusal, to] = HPA_REFUSAL.exec(line) ?? [];
    const last = requests.at(-1);
    // Its line names no file: it answers the machine's last request.
    if (refusal !== undefined && to === ip && last !== undefined)
      requests[requests.length - 1] = { ...last, error: refusal.toLowerCase() };
  }
  return requests;
}

function requestIn(line: string, ip: string): LoggedRequest | null {
  const [, from, asked] = HPA_REQUEST.exec(line) ?? [];
  if (asked !== undefined) return from === ip ? { file: asked, error: null } : null;
  const [, sent, to] = DNSMASQ_SENT.exec(line) ?? [];
  if (sent !== undefined) return to === ip ? { file: sent, error: null } : null;
  const [, failed, missing, whom] = DNSMASQ_FAILED.exec(line) ?? [];
  if (failed === undefined || whom !== ip) return null;
  return { file: failed, error: missing ?? "not sent whole" };
}
