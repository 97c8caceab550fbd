/** The JSON Schemas of the operator's files, for editors: made from the same zod schemas that check them. */
import { z } from "zod";
import { fleetFileSchema } from "../../core/domain/fleet.ts";
import { limitsFileSchema } from "../../core/domain/limits.ts";
import { policySchema } from "../../core/domain/policy.ts";
import { settingsSchema } from "../../core/domain/settings.ts";

export interface JsonSchema {
  readonly title?: string;
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: string | number | boolean;
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly [keyword: string]: unknown;
}

export const SCHEMA_NAMES = ["policy", "limits", "fleet", "retask"] as const;
export type SchemaName = (typeof SCHEMA_NAMES)[number];

/** The zod schema of each kind of file. */
export const fileSchemas = {
  policy: policySchema,
  limits: limitsFileSchema,
  fleet: fleetFileSchema,
  retask: settingsSchema,
} as const;

const TITLES: Readonly<Record<SchemaName, string>> = {
  policy: "policies/<role>.yaml: what is wanted of one role",
  limits: "policies/limits.yaml: the most disruption allowed",
  fleet: "fleet.yaml: the machines",
  retask: "retask.yaml: how the daemon reaches its surroundings",
};

const made = new Map<SchemaName, JsonSchema>();

/** JSON Schema 2020-12 of what may be *written*: defaults are as an operator writes them. */
export function jsonSchemaOf(name: SchemaName): JsonSchema {
  const present = made.get(name);
  if (present !== undefined) return present;
  const schema = z.toJSONSchema(fileSchemas[name], { io: "input", reused: "inline" });
  const titled = { ...schema, title: TITLES[name] } as unknown as JsonSchema;
  made.set(name, titled);
  return titled;
}

export const policyJsonSchema = (): JsonSchema => jsonSchemaOf("policy");

/** The keys that may stand at a path; empty where any may, or none is known. */
export function knownKeys(name: SchemaName, path: readonly PropertyKey[]): string[] {
  let here: readonly JsonSchema[] = [jsonSchemaOf(name)];
  for (const key of path) here = here.flatMap((schema) => children(schema, key));
  return [...new Set(here.flatMap(alternatives).flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

const alternatives = (schema: JsonSchema): readonly JsonSchema[] =>
  schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(alternatives);

function children(schema: JsonSchema, key: PropertyKey): JsonSchema[] {
  return alternatives(schema).flatMap((one) => {
    if (typeof key === "number") return one.items === undefined ? [] : [one.items];
    const property = one.properties?.[String(key)];
    if (property !== undefined) return [property];
    return typeof one.additionalProperties === "object" ? [one.additionalProperties] : [];
  });
}
