/**
 * What ipmitool meant. Every failure exits 1 and most print the same last line, so `-v` is needed: only its messages tell
 * a wrong password from a dead BMC. All texts were observed with ipmitool 1.8.19; test/fixtures/ipmitool holds them.
 */
import type { BmcCode } from "../../core/domain/observation.ts";
import type { Ended } from "./run-ipmitool.ts";

export interface Failure {
  readonly code: BmcCode;
  /** What was seen, in retask's words, without the place and without what to do. */
  readonly what: string;
  /** What ipmitool printed of it, raw: to be made safe before it is shown. */
  readonly said?: string;
  /** The BMC lives and ignores only the session request: what some do instead of refusing a cipher suite. */
  readonly sessionUnanswered?: true;
}

export type Outcome = { readonly ok: true; readonly stdout: string } | ({ readonly ok: false } & Failure);

const MAY_HAVE_HAPPENED = "what was asked for may or may not have happened";

/** Never "ok" but for exit code 0; what the output says is then still to be parsed. */
export function classifyEnd(ended: Ended): Outcome {
  switch (ended.kind) {
    case "unstartable":
      return classifyStart(ended.code);
    case "killed": {
      const when = ended.by === "deadline" ? "did not end before its deadline" : "was cut short by retask";
      return { ok: false, code: "RTK_BMC_TIMEOUT", what: `ipmitool ${when} and was killed; ${MAY_HAVE_HAPPENED}` };
    }
    case "died":
      // Not "broken": that code says that nothing was sent, and a crash may come after the command went out.
      return { ok: false, code: "RTK_BMC_TIMEOUT", what: `ipmitool died of ${ended.signal}; ${MAY_HAVE_HAPPENED}` };
    case "exited":
      if (ended.code === 0) return { ok: true, stdout: ended.stdout };
      return { ok: false, ...classifyFailure(`${ended.stderr}\n${ended.stdout}`) };
  }
}

function classifyStart(errno: string): Outcome {
  if (errno === "ENOENT") return { ok: false, code: "RTK_IPMITOOL_MISSING", what: "ipmitool is not installed" };
  if (errno === "EACCES") return { ok: false, code: "RTK_IPMITOOL_MISSING", what: "ipmitool may not be executed" };
  return { ok: false, code: "RTK_IPMITOOL_BROKEN", what: `ipmitool could not be started (${errno})` };
}

type Pattern = readonly [text: RegExp, code: BmcCode, what: string];

/**
 * In order: the first that matches counts. All but RTK_BMC_TIMEOUT promise that the command took no effect; so "Node busy"
 * is not among them: it may answer a retransmission while the first copy is being executed. "Insufficient privilege level"
 * counts only after "failed:", because it stands in the noise of *successful* `-v` calls too.
 */
const PATTERNS: readonly Pattern[] = [
  [
    /Failed to initialize the OEM info dictionary/,
    "RTK_IPMITOOL_BROKEN",
    "ipmitool can't read its file of enterprise numbers",
  ],
  [
    /error while loading shared libraries|Error loading interface|invalid option --/,
    "RTK_IPMITOOL_BROKEN",
    "ipmitool itself does not work",
  ],
  [/RAKP 2 HMAC is invalid/, "RTK_BMC_AUTH", "wrong password"],
  [/RAKP 4 message has invalid integrity check value/, "RTK_BMC_AUTH", "wrong password or key"],
  [/message indicates an error : (?:unauthorized name|invalid name length)/, "RTK_BMC_AUTH", "unknown user"],
  [/message indicates an error : invalid integrity check value/, "RTK_BMC_AUTH", "wrong password"],
  [
    /: (?:unauthorized role or privilege level requested|invalid role)/,
    "RTK_BMC_PRIVILEGE",
    "the user may not log in as OPERATOR",
  ],
  [/Set Session Privilege Level to \w+ failed:/, "RTK_BMC_PRIVILEGE", "the user may not act as OPERATOR"],
  [/failed: Insufficient privilege level/, "RTK_BMC_PRIVILEGE", "the user's privilege is too low for this command"],
  [/: insufficient resources /, "RTK_BMC_BUSY", "no free session"],
  [
    /: (?:invalid (?:authentication|integrity|confidentiality) algorithm|no matching (?:authentication|integrity) payload|no cipher suite match)/,
    "RTK_BMC_CIPHER",
    "the BMC does not offer the cipher suite",
  ],
  [/Get Auth Capabilities error/, "RTK_BMC_UNREACHABLE", "no answer"],
  [/Address lookup for .* failed/, "RTK_BMC_UNREACHABLE", "its name is not known"],
  [/Could not open socket/, "RTK_BMC_UNREACHABLE", "no route to it"],
  [/does not support IPMI v2/, "RTK_BMC_UNREACHABLE", "it does not speak IPMI 2.0"],
  [/no response from RAKP/, "RTK_BMC_UNREACHABLE", "it stopped answering during the login"],
  [
    /Unable to [gs]et Chassis Power|IPMI response is NULL/,
    "RTK_BMC_TIMEOUT",
    `no answer to the command; ${MAY_HAVE_HAPPENED}`,
  ],
];

const SESSION_UNANSWERED = /Set Session Privilege Level to \w+ failed\s*$|Timeout in open session response/m;
const NO_SESSION = /Unable to establish IPMI v2/;
const REFUSED = /^.* failed: .+$/m;
/** Printed by successful calls too, at `-v`. */
const NOISE =
  /^(?:Loading IANA|IANA PEN|Get HPM\.x|Running Get|Invalid completion code|Discovered IPMB|Error response 0x).*$/gm;

/** The whole output of a call that exited with something else than 0. */
export function classifyFailure(output: string): Failure {
  for (const [text, code, what] of PATTERNS) if (text.test(output)) return { code, what };
  if (SESSION_UNANSWERED.test(output)) {
    return { code: "RTK_BMC_UNREACHABLE", what: "it does not answer a login", sessionUnanswered: true };
  }
  const said = output.replaceAll(NOISE, "").trim();
  const refused = REFUSED.exec(said);
  if (refused !== null) return { code: "RTK_BMC_REFUSED", what: "it refused", said: refused[0] };
  if (NO_SESSION.test(said)) return { code: "RTK_BMC_UNREACHABLE", what: "no session could be opened" };
  return { code: "RTK_BMC_GARBLED", what: "ipmitool failed and said", said: said === "" ? "nothing" : said };
}

/** Exactly one line of exactly these words; anything else is unknown, and never off (S9). */
export function parsePower(stdout: string): "on" | "off" | null {
  const found = [...stdout.matchAll(/^Chassis Power is (on|off)$/gm)];
  return found.length === 1 ? (found[0]?.[1] as "on" | "off") : null;
}

/** The BMC's acknowledgement; only that it took the command, not that anything came of it. */
export const isAcknowledged = (stdout: string): boolean =>
  /^Chassis Power Control: (?:Soft|Down\/Off|Up\/On)$/m.test(stdout);
