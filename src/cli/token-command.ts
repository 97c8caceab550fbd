/** `retask token`: who may ask, and who may change: API tokens by name, made, listed and revoked. */
import { type Command, Option } from "commander";
import type { TokenAnswer, TokenMade } from "./answers.ts";
import { asDuration, asMoment, asTokenName } from "./arguments.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { type EndOptions, endBody, withEndOptions } from "./override-options.ts";
import { madeTokenText, tokensText } from "./text/tokens-text.ts";

interface CreateOptions extends EndOptions {
  readonly scope: "read" | "write";
  readonly for?: string;
  readonly until?: string;
}

const ABOUT = `The daemon makes the first token at its first start and keeps it in a file; whoever else asks, a page, a script, a
colleague, gets a token of their own, so that it can be revoked alone and the audit log tells them apart. Only hashes are kept.`;

export function addTokenCommand(program: Command): void {
  const token = program.command("token").description("make, list and revoke the tokens of the API");
  token.addHelpText("after", helpText({ about: ABOUT }));
  addCreate(token);
  addList(token);
  addRevoke(token);
}

function addCreate(token: Command): void {
  const command = token.command("create").description("make a token; it is shown once");
  command.argument("<name>", "what it is for, or whose it is", asTokenName);
  command.addOption(new Option("--scope <scope>", "what it may do").choices(["read", "write"]).makeOptionMandatory());
  command.addOption(
    new Option("--for <duration>", "how long it holds, as in 30d; for ever unless said").argParser(asDuration),
  );
  command.addOption(
    new Option("--until <time>", "until when, as in 2026-11-23T18:00:00+01:00").argParser(asMoment).conflicts("for"),
  );
  withEndOptions(command, "made by hand")
    .addHelpText(
      "after",
      helpText({
        about: "The token alone goes to standard output, so that it can go into a file.",
        examples: ["token create grafana --scope read", "token create deploy --scope write --for 90d > deploy.token"],
      }),
    )
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const { scope, for: duration, until } = options;
      const cli = invocationOf(command);
      const daemon = await cli.daemon();
      const body = { ...endBody(options), name, scope, for: duration, until };
      const made = await daemon.send<TokenMade>("POST", "/v1/tokens", body);
      cli.show(made, ({ token }) => token);
      cli.note(madeTokenText(made, cli.look));
    });
}

function addList(token: Command): void {
  token
    .command("list")
    .description("list the tokens: names, scopes, when each was made, ends and was last used")
    .addHelpText("after", helpText({ examples: ["token list", "token list --json | jq -r '.tokens[].name'"] }))
    .action(async (_: object, command: Command) => {
      const cli = invocationOf(command);
      const daemon = await cli.daemon();
      cli.show(await daemon.get<{ readonly tokens: readonly TokenAnswer[] }>("/v1/tokens"), tokensText);
    });
}

function addRevoke(token: Command): void {
  const command = token.command("revoke").description("end a token, at once");
  withEndOptions(command.argument("<name>", "the token's name", asTokenName))
    .addHelpText(
      "after",
      helpText({
        about: "Event streams that it had opened end with it. The last token that may write can't be revoked.",
        examples: ["token revoke grafana"],
      }),
    )
    .action(async (name: string, options: EndOptions, command: Command) => {
      const cli = invocationOf(command);
      const daemon = await cli.daemon();
      const revoked = await daemon.send<TokenAnswer>("DELETE", `/v1/tokens/${name}`, endBody(options));
      cli.show(revoked, (shown) => `revoked: ${shown.name}`);
    });
}
