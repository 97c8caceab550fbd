/** The API's reference page is the one that its own document makes. */
import { expect, test } from "vitest";
import { apiPage } from "../../../src/cli/api-reference-page.ts";
import { apiReferencePage } from "../../../src/http/reference-page.ts";

test("the committed page is the generated one (write it anew with vitest -u)", async () => {
  await expect(await apiPage()).toMatchFileSnapshot("../../../docs/reference/api.md");
});

test("a route's query, body, answer and refusals all stand in it, with what is said of each field", () => {
  const answer = { type: "object", required: ["a"], properties: { a: { type: "integer", description: "How many." } } };
  const route = {
    summary: "Does it.",
    tags: ["pool"],
    parameters: [{ name: "limit", in: "query", schema: {}, description: "1 to 9." }],
    requestBody: { content: { "application/json": { schema: { anyOf: [{ type: "string" }, { type: "null" }] } } } },
    responses: {
      200: { description: "", content: { "application/json": { schema: { type: "array", items: answer } } } },
      409: { description: "RTK_HELD", content: { "application/problem+json": { schema: {} } } },
    },
  };
  const page = apiReferencePage({
    info: { description: "An introduction." },
    tags: [{ name: "pool", description: "The pool." }],
    paths: { "/v1/x": { post: route } },
    components: { schemas: { Thing: { $ref: "#/components/schemas/Other" } } },
  });
  const said = page.slice(page.indexOf("## The pool."));
  expect(said).toBe(
    [
      "## The pool.",
      "### POST /v1/x",
      "Does it.",
      "Query: `limit` (1 to 9)",
      "Body:",
      "```ts\nstring | null\n```",
      "200:",
      "```ts\n{\n  a: number; // How many.\n}[]\n```",
      "Refused with 409 `RTK_HELD`",
      "## Schemas",
      "### Thing",
      "```ts\nOther\n```\n",
    ].join("\n\n"),
  );
});
