/** `retask rollout`: an image to a role's machines in phases; how it goes, and an operator's word in between. */
import type { Command } from "commander";
import type { RolloutAnswer } from "./answers.ts";
import { asCount, asDuration, asImage, asLine, asRole, asWaves } from "./arguments.ts";
import { type CareOptions, carefully, withCare } from "./carefully.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { authorOf, type EndOptions, endBody, withAuthor, withEndOptions } from "./override-options.ts";
import { rolloutsText, rolloutText } from "./text/rollout-text.ts";
import { watchRollouts } from "./watch/watch-rollouts.ts";

export interface PhaseOptions extends CareOptions {
  readonly canary: number;
  readonly soak: string;
  readonly waves: readonly string[];
  readonly reason: string;
  readonly author?: string;
}

const ABOUT = `First so many canaries, spread over the failure domains, then shares of the role; each stage must stay healthy for the
soak. Limits, floors and windows hold throughout. What does not boot, or is sicker by the policy's health queries than the
machines on the old image, stops it, and everything goes back. At the end the role's production channel means the image.`;

export function addRolloutCommand(program: Command): void {
  const rollout = program.command("rollout").description("give a role's machines another image, in phases");
  rollout.addHelpText("after", helpText({ about: ABOUT }));
  addStart(rollout);
  addStatus(rollout);
  addOrder(rollout, "pause", "reboot nothing more, and take nothing back");
  addOrder(rollout, "resume", "go on where it was paused; a soak keeps its time");
  addAbort(rollout);
}

function addStart(rollout: Command): void {
  const command = rollout.command("start").description("begin one; it is asked about first");
  command.argument("<role>", "the role", asRole).argument("<image>", "the image, or a channel", asImage);
  withPhases(command, { canary: 1, soak: "30m", waves: ["10%", "50%", "100%"] })
    .addHelpText(
      "after",
      helpText({
        about: ABOUT,
        examples: [
          'rollout start web web.2026-11 --reason "security updates"',
          'rollout start web web.2026-11 --canary 2 --soak 2h --waves 25%,100% --reason "new kernel"',
          'rollout start web web.2026-11 --canary 0 --waves 100% --reason "universally"',
        ],
      }),
    )
    .action(async (role: string, image: string, options: PhaseOptions, command: Command) =>
      startRollout(role, image, options, command),
    );
}

export const withPhases = (
  command: Command,
  usual: { readonly canary: number; readonly soak: string; readonly waves: readonly string[] },
): Command =>
  withCare(
    withAuthor(
      command
        .option("--canary <machines>", "so many machines first", asCount, usual.canary)
        .option("--soak <duration>", "how long each stage must stay healthy", asDuration, usual.soak)
        .option("--waves <shares>", "shares of the role, the last one 100%", asWaves, usual.waves)
        .requiredOption("--reason <text>", "why; others will read it", asLine),
    ),
  );

/** `image` null: each machine boots its own image again. */
export async function startRollout(role: string, image: string | null, options: PhaseOptions, command: Command) {
  const cli = invocationOf(command);
  const { canary: canaries, soak, waves, reason } = options;
  const said = { role, image, canaries, soak, waves };
  const body = { ...said, author: authorOf(options), reason, confirm: role };
  const act = { kind: "startRollout", ...said };
  const started = await carefully<RolloutAnswer>(cli, { act, method: "POST", path: "/v1/rollouts", body }, options);
  if (started !== null) cli.show("rollout", started, rolloutText);
}

function addStatus(rollout: Command): void {
  rollout
    .command("status")
    .description("show where roll-outs stand: of each role the one under way, or the last one")
    .argument("[role]", "of this role alone", asRole)
    .option("--watch", "a line for each change, until none is under way; exits with 1 unless all are done")
    .addHelpText("after", helpText({ examples: ["rollout status", "rollout status web --watch"] }))
    .action(async (role: string | undefined, options: { readonly watch?: boolean }, command: Command) => {
      const cli = invocationOf(command);
      const daemon = await cli.daemon();
      const read = async () => {
        const { rollouts } = await daemon.get<{ readonly rollouts: readonly RolloutAnswer[] }>("/v1/rollouts");
        return rollouts.filter((one) => role === undefined || one.role === role);
      };
      if (options.watch === true) return watchRollouts(cli, read);
      return cli.show("rollouts", { rollouts: await read() }, rolloutsText);
    });
}

function addOrder(rollout: Command, order: "pause" | "resume", description: string): void {
  const command = rollout.command(order).description(description).argument("<role>", "the role", asRole);
  withEndOptions(command, order === "pause" ? "to have a look" : "looked at it")
    .addHelpText("after", helpText({ examples: [`rollout ${order} web`] }))
    .action(async (role: string, options: EndOptions, command: Command) => {
      await tell(role, order, endBody(options), command);
    });
}

function addAbort(rollout: Command): void {
  const command = rollout.command("abort").description("stop it, and take it back: the previous image everywhere");
  withEndOptions(command.argument("<role>", "the role", asRole), "not wanted any more")
    .option("--keep", "leave every machine on what it runs, instead of going back")
    .addHelpText("after", helpText({ examples: ['rollout abort web --reason "wrong certificates"'] }))
    .action(async (role: string, options: EndOptions & { readonly keep?: boolean }, command: Command) => {
      await tell(role, "abort", { ...endBody(options), keep: options.keep === true }, command);
    });
}

async function tell(role: string, order: "pause" | "resume" | "abort", body: object, command: Command): Promise<void> {
  const cli = invocationOf(command);
  const daemon = await cli.daemon();
  cli.show("rollout", await daemon.send<RolloutAnswer>("POST", `/v1/rollouts/${role}/${order}`, body), rolloutText);
}
