/** Whether ipmitool is there and works at all, without asking any BMC. */
import { bmcAdvice } from "./bmc-advice.ts";
import { classifyEnd, type Failure } from "./classify.ts";
import { type Ended, runIpmitool } from "./run-ipmitool.ts";
import { quoted } from "./safe-text.ts";

export type IpmitoolCheck =
  | { readonly ok: true; readonly version: string }
  | { readonly ok: false; readonly code: "RTK_IPMITOOL_MISSING" | "RTK_IPMITOOL_BROKEN"; readonly why: string };

const DEADLINE_MS = 10_000;

/**
 * `-V` alone proves little: a damaged file of enterprise numbers lets it succeed and fails every real command. Without
 * a host ipmitool reads that file, complains about the host, and sends nothing.
 */
export async function checkIpmitool(command = "ipmitool"): Promise<IpmitoolCheck> {
  const asked = await run(command, ["-V"]);
  const version = /version (\S+)/.exec(textOf(asked))?.[1];
  if (version === undefined) return failed(asked);
  const tried = await run(command, ["-I", "lanplus", "chassis", "power", "status"]);
  if (!/No hostname specified/.test(textOf(tried))) return failed(tried);
  return { ok: true, version };
}

const run = (command: string, args: readonly string[]): Promise<Ended> =>
  runIpmitool({ command, args, password: null, deadlineMs: DEADLINE_MS, signal: new AbortController().signal });

const textOf = (ended: Ended): string => (ended.kind === "unstartable" ? "" : `${ended.stdout}\n${ended.stderr}`);

function failed(ended: Ended): IpmitoolCheck {
  const outcome = classifyEnd(ended);
  const { code, what, said }: Failure = outcome.ok
    ? { code: "RTK_IPMITOOL_BROKEN", what: "ipmitool said", said: outcome.stdout }
    : outcome;
  const verdict = code === "RTK_IPMITOOL_MISSING" ? code : "RTK_IPMITOOL_BROKEN";
  return { ok: false, code: verdict, why: `${what}${quoted(said, null)}. ${bmcAdvice[verdict]}` };
}
