/** docs/reference/configuration.md, from the very schemas that check the files: a key cannot be added without its line. */
import { type JsonSchema, jsonSchemaOf, type SchemaName } from "./json-schemas.ts";

const REQUIRED = "*required*";

interface Row {
  readonly key: string;
  readonly type: string;
  readonly fallback: string;
  readonly meaning: string;
}

const SECTIONS: readonly { name: SchemaName; title: string; about: string }[] = [
  {
    name: "policy",
    title: "policies/\\<role\\>.yaml",
    about: "One file for each role, named after it. `limits` is no role's name: that file holds the limits.",
  },
  {
    name: "limits",
    title: "policies/limits.yaml",
    about: "The most disruption allowed, of the whole pool. Without the file, every default holds.",
  },
  { name: "fleet", title: "fleet.yaml", about: "The machines. Each name, IP, MAC and BMC must be one machine's own." },
  {
    name: "retask",
    title: "retask.yaml",
    about:
      "How the daemon reaches its surroundings. Changes of `mode`, `tick`, `beacon.maxAge` and `bmc.softOff` take effect at once, `dhcp` is read by the commands that write it, and all others take effect at the next start.",
  },
];

const INTRODUCTION = `<!-- Generated from the schemas by src/control/configuration/reference-page.ts: change them, not this page. -->

# Configuration

\`retask serve --site DIR\` reads three kinds of files:

\`\`\`
DIR/retask.yaml             how the daemon reaches its surroundings
DIR/fleet.yaml              the machines
DIR/policies/<role>.yaml    what is wanted of one role; one file for each
DIR/policies/limits.yaml    the most disruption allowed; optional
\`\`\`

\`policies/example/\` is a worked example. \`retask check --site DIR\` checks a directory and changes nothing; \`retask schema policy\` (or \`limits\`, \`fleet\`, \`retask\`) prints the JSON Schema for an editor.

Durations are written \`10s\`, \`5m\`, \`1h\`, \`90d\`; shares \`10%\`. An unknown key is an error. Every key has a default except those marked *required*, which are so wherever the block that holds them is written. \`demand\` has several forms; some keys belong to one of them alone.

The files are read again when they change. When they have problems, the last accepted configuration stays in force, across restarts too. A change waits for \`retask accept DIGEST\` when it lowers a floor, takes away a role, takes more machines of a role or of the fleet than \`limits.acceptance.removedShare\`, or raises that share. A machine's entry may only be deleted while the configuration in force says \`status: retiring\` and the machine is off; it may be made \`retired\` once the machine is off.
`;

/** The whole page, Markdown. */
export function referencePage(): string {
  const sections = SECTIONS.map(({ name, title, about }) => {
    const rows = rowsOf(jsonSchemaOf(name), "");
    const lines = rows.map(({ key, type, fallback, meaning }) => `| \`${key}\` | ${type} | ${fallback} | ${meaning} |`);
    return [`## ${title}`, "", about, "", "| key | type | default | meaning |", "|---|---|---|---|", ...lines, ""].join(
      "\n",
    );
  });
  return [INTRODUCTION, ...sections].join("\n");
}

function rowsOf(schema: JsonSchema, prefix: string): Row[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const key = `${prefix}${name}`;
    const row: Row = {
      key,
      type: escapeCell(typeOf(property)),
      fallback: fallbackOf(property, required.has(name)),
      meaning: escapeCell(property.description ?? ""),
    };
    return [row, ...inner(property, key)];
  });
}

/** The rows of what a key may hold; alternatives share keys, and each is listed once. */
function inner(schema: JsonSchema, key: string): Row[] {
  if (schema.anyOf !== undefined)
    return mergeForms(schema.anyOf.map((one) => inner(one, key)).filter((rows) => rows.length > 0));
  if (schema.items !== undefined) return inner(schema.items, `${key}[]`);
  return rowsOf(schema, `${key}.`);
}

/** A key that every form requires is required; one that only some have is so in its form. */
function mergeForms(forms: readonly (readonly Row[])[]): Row[] {
  const rows = forms.flat();
  return rows
    .filter((row, index) => rows.findIndex((other) => other.key === row.key) === index)
    .map((row) => {
      const everywhere = forms.every((form) =>
        form.some((other) => other.key === row.key && other.fallback === REQUIRED),
      );
      return row.fallback === REQUIRED && !everywhere ? { ...row, fallback: "*required in its form*" } : row;
    });
}

function typeOf(schema: JsonSchema): string {
  if (schema.anyOf !== undefined && schema.title === undefined)
    return [...new Set(schema.anyOf.map(typeOf))].join(", or ");
  if (schema.title !== undefined) return schema.title;
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return words(schema.enum);
  if (schema.items !== undefined)
    return schema.items.properties === undefined ? `list of ${typeOf(schema.items)}` : "list";
  if (schema.type === "object") return "keys";
  return schema.type === "string" ? "text" : (schema.type ?? "any");
}

function fallbackOf(schema: JsonSchema, required: boolean): string {
  if (required) return REQUIRED;
  const value = schema.default;
  if (value === undefined) return "";
  if (typeof value === "object" && value !== null && Object.keys(value).length === 0)
    return Array.isArray(value) ? "none" : schema.properties === undefined ? "none" : "";
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function words(values: readonly (string | number)[]): string {
  const quoted = values.map((value) => `\`${value}\``);
  return quoted.length === 1 ? quoted.join() : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

const escapeCell = (text: string): string => text.replaceAll("|", "\\|").replace(/<(\w+)>/g, "\\<$1\\>");
