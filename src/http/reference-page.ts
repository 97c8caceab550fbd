/** docs/reference/api.md, from the very document that the daemon publishes. */

/** What this page reads of an OpenAPI document, and of the JSON schemas in it. */
export interface PublishedDocument {
  readonly info: { readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Route>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Route {
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, Response>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: Schema;
  readonly description?: string;
}

interface Response {
  readonly description: string;
  readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
}

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly description?: string;
}

const HEAD = `<!-- Generated from the routes' own schemas by src/http/reference-page.ts: change those, not this page. -->

# HTTP API

The daemon listens on \`listen\` of retask.yaml, \`127.0.0.1:9420\` unless said otherwise. \`GET /v1/openapi.json\` is this page as
OpenAPI 3.1, for programs. There is no TLS: put a proxy in front where the network is not yours. All codes: [codes.md](codes.md).
`;

/** The whole page, Markdown. */
export function apiReferencePage({ info, tags, paths, components }: PublishedDocument): string {
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, route]) => ({ title: `${method.toUpperCase()} ${path}`, route })),
  );
  const groups = tags.map(({ name, description }) => {
    const own = routes.filter(({ route }) => route.tags.includes(name));
    return [`## ${description}`, ...own.map(({ title, route }) => routeText(title, route))].join("\n\n");
  });
  const schemas = Object.entries(components.schemas).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const named = schemas.map(([name, schema]) => `### ${name}\n\n${aboutText(schema)}${block(shapeOf(schema, ""))}`);
  return `${[`${HEAD}\n${info.description}`, ...groups, "## Schemas", ...named].join("\n\n")}\n`;
}

function routeText(title: string, { summary, description, parameters = [], requestBody, responses }: Route): string {
  const asked = parameters.filter((one) => one.in === "query").map(parameterText);
  const body = Object.values(requestBody?.content ?? {})[0]?.schema;
  const parts = [
    `### ${title}`,
    summary + (description === undefined ? "" : ` ${description}`),
    ...(asked.length === 0 ? [] : [`Query: ${asked.join("; ")}`]),
    ...(body === undefined ? [] : [`Body:\n\n${block(shapeOf(body, ""))}`]),
    ...Object.entries(responses).flatMap(([status, response]) => answerText(status, response)),
    ...refusalText(responses),
  ];
  return parts.join("\n\n");
}

const parameterText = ({ name, description = "" }: Parameter): string =>
  `\`${name}\`${description === "" ? "" : ` (${description.replace(/\.$/, "")})`}`;

function answerText(status: string, { content }: Response): string[] {
  const [type, answer] = Object.entries(content)[0] ?? [];
  if (type === "application/problem+json" || answer === undefined) return [];
  if (type !== "application/json") return [`${status}: \`${type}\``];
  const shape = shapeOf(answer.schema, "");
  return [shape.includes("\n") ? `${status}:\n\n${block(shape)}` : `${status}: \`${shape}\``];
}

function refusalText(responses: Route["responses"]): string[] {
  const refusals = Object.entries(responses)
    .filter(([status, { content }]) => status !== "default" && "application/problem+json" in content)
    .map(([status, { description }]) => `${status} ${description.replaceAll(/RTK_\w+/g, "`$&`")}`);
  return refusals.length === 0 ? [] : [`Refused with ${refusals.join("; ")}`];
}

const aboutText = ({ description }: Schema): string => (description === undefined ? "" : `${description}\n\n`);
const block = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``;

/** A schema as a TypeScript type, which is shorter than any table and can be read by everybody who would call this. */
function shapeOf(schema: Schema, indent: string): string {
  if (schema.$ref !== undefined) return schema.$ref.replace(/^.*\//, "");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map((one) => shapeOf(one, indent)).join(" | ");
  if (Array.isArray(schema.type)) return schema.type.join(" | ");
  if (schema.type === "array") return listOf(shapeOf(schema.items ?? {}, indent));
  if (schema.type === "object") return objectShape(schema, indent);
  return schema.type === "integer" ? "number" : String(schema.type ?? "unknown");
}

const listOf = (item: string): string => (/^\w+$/.test(item) || item.startsWith("{") ? `${item}[]` : `(${item})[]`);

function objectShape({ properties = {}, required = [], additionalProperties }: Schema, indent: string): string {
  const fields = Object.entries(properties);
  if (fields.length === 0) {
    const value = typeof additionalProperties === "object" ? shapeOf(additionalProperties, indent) : "unknown";
    return `Record<string, ${value}>`;
  }
  const inner = `${indent}  `;
  const lines = fields.map(([name, field]) => {
    const about = field.description === undefined || field.$ref !== undefined ? "" : ` // ${field.description}`;
    return `${inner}${name}${required.includes(name) ? "" : "?"}: ${shapeOf(field, inner)};${about}`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}
