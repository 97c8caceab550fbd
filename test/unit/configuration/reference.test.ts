/** The reference page and the JSON Schemas are made from the schemas that check the files. */
import { describe, expect, test } from "vitest";
import {
  type JsonSchema,
  jsonSchemaOf,
  policyJsonSchema,
  SCHEMA_NAMES,
} from "../../../src/control/configuration/json-schemas.ts";
import { referencePage } from "../../../src/control/configuration/reference-page.ts";

test("the committed page is the generated one (write it anew with vitest -u)", async () => {
  await expect(referencePage()).toMatchFileSnapshot("../../../docs/reference/configuration.md");
});

describe.each(SCHEMA_NAMES)("the JSON Schema of %s", (name) => {
  test("describes every key in a sentence", () => {
    const undescribed: string[] = [];
    const visit = (schema: JsonSchema, path: string): void => {
      for (const [key, property] of Object.entries(schema.properties ?? {})) {
        if (!/^.{10,}[.]$/s.test(property.description ?? "")) undescribed.push(`${path}${key}`);
        visit(property, `${path}${key}.`);
      }
      for (const one of schema.anyOf ?? []) visit(one, path);
      if (schema.items !== undefined) visit(schema.items, path);
    };
    visit(jsonSchemaOf(name), "");
    expect(undescribed).toEqual([]);
  });

  test("gives defaults as an operator writes them, and forbids unknown keys", () => {
    const schema = jsonSchemaOf(name);
    expect(schema.additionalProperties).toBe(false);
    expect(JSON.stringify(schema)).not.toContain('"default":60000');
  });
});

test("a duration's default is written with its unit", () => {
  expect(policyJsonSchema().properties?.hold?.properties?.up).toMatchObject({ default: "1m", type: "string" });
});
