/** Runs ipmitool as the site's user: the password, the arguments that every call has, and logins that were refused. */
import type { Machine } from "../../core/domain/fleet.ts";
import { classifyEnd, type Failure } from "./classify.ts";
import { readPasswordFile } from "./password-file.ts";
import { RefusedLogins } from "./refused-logins.ts";
import type { Retries } from "./retransmission.ts";
import { runIpmitool } from "./run-ipmitool.ts";
import { quoted } from "./safe-text.ts";

export interface LoginRunnerOptions {
  readonly user: string;
  readonly passwordFile: string;
  readonly deadlineMs: number;
  readonly retries: Retries;
  readonly command: string;
}

interface Run {
  /** address:port */
  readonly bmc: string;
  readonly machine: Machine;
  readonly suite: number;
  readonly args: readonly string[];
  readonly signal: AbortSignal;
}

/** `what` and `shown` are fit for logs: short, one line, without the password. `stdout` is only for parsing. */
export type Answer =
  | { readonly ok: true; readonly stdout: string; readonly shown: string }
  | ({ readonly ok: false } & Omit<Failure, "said">);

export class LoginRunner {
  private readonly options: LoginRunnerOptions;
  private readonly logins = new RefusedLogins();

  constructor(options: LoginRunnerOptions) {
    this.options = options;
  }

  /** The answer to give without a process, and without waiting for a turn; `null` when there is none. */
  async refusedBefore(bmc: string, machine: Machine): Promise<Answer | null> {
    if (!this.logins.any(bmc)) return null;
    const read = await this.password(machine);
    return read.ok && this.logins.has(bmc, this.options.user, read.password) ? this.refused(machine) : null;
  }

  /** At most one process. */
  async run({ bmc, machine, suite, args, signal }: Run): Promise<Answer> {
    const { user, command, deadlineMs } = this.options;
    const read = await this.password(machine);
    if (!read.ok) return { ok: false, code: "RTK_BMC_PASSWORD_FILE", what: read.why };
    const { password } = read;
    // Looked at again here: the call before this one in the queue may have been the one that was refused.
    if (this.logins.has(bmc, user, password)) return this.refused(machine);

    const argv = [...this.session(machine, suite), ...args];
    const outcome = classifyEnd(await runIpmitool({ command, args: argv, password, deadlineMs, signal }));
    if (outcome.ok) {
      this.logins.forget(bmc);
      // The raw text is only parsed: redacting it first would hide the answer from a user whose password is "off".
      return { ...outcome, shown: quoted(outcome.stdout, password) };
    }
    if (outcome.code === "RTK_BMC_AUTH") this.logins.remember(bmc, user, password);
    const { said, ...failure } = outcome;
    return { ...failure, what: `${failure.what}${quoted(said, password)}` };
  }

  forget(bmc: string): void {
    this.logins.forget(bmc);
  }

  private session({ bmc }: Machine, suite: number): string[] {
    const { user, retries } = this.options;
    const place = ["-H", bmc.address, "-p", String(bmc.port), "-U", user, "-L", "OPERATOR"];
    const effort = ["-C", String(suite), "-N", String(retries.N), "-R", String(retries.R)];
    // -v: only its messages tell a wrong password from a dead BMC. -E: the password is in the environment.
    return ["-v", "-I", "lanplus", ...place, ...effort, "-E"];
  }

  private password(machine: Machine) {
    return readPasswordFile(this.passwordFileOf(machine));
  }

  private passwordFileOf(machine: Machine): string {
    return machine.bmc.passwordFile ?? this.options.passwordFile;
  }

  private refused(machine: Machine): Answer {
    const file = this.passwordFileOf(machine);
    const what = `it refused this user and password before, and is not asked again until ${file} changes`;
    return { ok: false, code: "RTK_BMC_AUTH", what };
  }
}
