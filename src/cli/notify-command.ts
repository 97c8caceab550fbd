/** `retask notify test`: sends a test message to every receiver of retask.yaml, and says what each made of it. */
import { hostname } from "node:os";
import type { Command } from "commander";
import { receiversOf } from "../control/notifications/receiver.ts";
import { sendTest } from "../control/notifications/send-test.ts";
import { CommandFailed } from "./command-failed.ts";
import { urlOf } from "./find-daemon.ts";
import { siteIn } from "./find-site.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { notifyText } from "./text/notify-text.ts";

const ABOUT = `Reads the site's files, not the daemon: run it as retask's user on retask's own machine, so that the same token files are
read and the same network is crossed. One attempt each; an alert of a test resolves after a minute.`;

export function addNotifyCommand(program: Command): void {
  const notify = program
    .command("notify")
    .description("whom retask tells of what needs somebody")
    .addHelpText("after", helpText({}));
  notify
    .command("test")
    .description("send a test message to every receiver, and say what it answered")
    .addHelpText(
      "after",
      helpText({ about: ABOUT, examples: ["notify test"], exits: "0 all have taken it, 1 error, or one has not." }),
    )
    .action(async (_: object, command: Command) => {
      const cli = invocationOf(command);
      const { settings } = await siteIn(cli.options.site);
      if (settings.notify.length === 0) throw new CommandFailed("retask.yaml names no receiver: notify");
      const sender = { from: hostname(), url: urlOf(settings.listen), dryRun: false };
      const answers = await sendTest(receiversOf(settings.notify), sender, Date.now());
      cli.show("notified", { answers }, notifyText);
      if (answers.some(({ posted }) => posted.kind !== "taken")) process.exitCode = 1;
    });
}
