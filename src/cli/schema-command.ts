/** `retask schema`: the JSON Schema of one kind of file, for an editor. */
import { Argument, type Command } from "commander";
import { jsonSchemaOf, SCHEMA_NAMES, type SchemaName } from "../control/configuration/json-schemas.ts";
import { helpText } from "./help-text.ts";

export function addSchemaCommand(program: Command): void {
  program
    .command("schema")
    .description("print the JSON Schema of one kind of file, for an editor")
    .addArgument(new Argument("<file>", "which kind of file").choices(SCHEMA_NAMES))
    .addHelpText(
      "after",
      helpText({
        about: "An editor with a YAML language server then completes and checks while you type.",
        examples: ["schema policy > policy.schema.json"],
      }),
    )
    .action((name: SchemaName) => {
      process.stdout.write(`${JSON.stringify(jsonSchemaOf(name), null, 2)}\n`);
    });
}
