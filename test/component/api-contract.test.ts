/** Every answer of every route against the published document: real HTTP, a real configuration and boot links, a simulated farm. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { machineName } from "../../src/core/domain/names.ts";
import { type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Record<string, object> }>
  >;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const BY = { author: "ada", reason: "the contract" };
const FOR = { ...BY, for: "1h" };
/** By operation: the statuses that it answered with. */
const seen = new Map<string, Set<number>>();
const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
const validators = new Map<string, ValidateFunction>();
let daemon: SimulatedDaemon;
let token: string;
let document: Document;

beforeAll(async () => {
  daemon = await startSimulatedDaemon("advise");
  token = (await readFile(join(daemon.site, "../var/token"), "utf8")).trim();
  document = (await (await fetch(`${daemon.url}/v1/openapi.json`)).json()) as Document;
  ajv.addSchema(document, "document");
});
afterAll(() => daemon.stop());

const escaped = (step: string): string => encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"));

/** What is wrong with a value by the schema at that place of the document; empty: nothing. */
function misfits(place: readonly string[], value: unknown): string[] {
  const pointer = `document#/${place.map(escaped).join("/")}`;
  const validate = validators.get(pointer) ?? ajv.compile({ $ref: pointer });
  validators.set(pointer, validate);
  return validate(value)
    ? []
    : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message} ${JSON.stringify(one.params)}`);
}

/** The document's path that a request's one fits; fixed names before parameters. */
function templateOf(path: string): string {
  const steps = (path.split("?")[0] ?? "").split("/");
  const fits = (template: string): boolean => {
    const parts = template.split("/");
    return parts.length === steps.length && parts.every((part, i) => part.startsWith("{") || part === steps[i]);
  };
  const [found] = Object.keys(document.paths)
    .filter(fits)
    .toSorted((a, b) => a.split("{").length - b.split("{").length);
  if (found === undefined) throw new Error(`the document has no ${path}`);
  return found;
}

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function call(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Reply> {
  const own = {
    authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  const init = {
    method,
    headers: { ...own, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  const response = await fetch(`${daemon.url}${path}`, init);
  const text = await response.text();
  const type = String(response.headers.get("content-type")).split(";")[0] ?? "";
  const value: unknown = type.endsWith("json") ? JSON.parse(text) : text;
  check(method, templateOf(path), { status: response.status, type, value });
  return { status: response.status, headers: response.headers, body: value as Record<string, unknown> };
}

/** The answer is one that the document promises: its status, its type, its schema, and a refusal's code. */
function check(
  method: string,
  template: string,
  { status, type, value }: { status: number; type: string; value: unknown },
): void {
  const verb = method.toLowerCase();
  const operation = document.paths[template]?.[verb];
  const what = `${method} ${template} ${status}`;
  const key = operation?.responses[status] === undefined ? "default" : String(status);
  expect(Object.keys(operation?.responses[key]?.content ?? {}), what).toContain(type);
  const place = ["paths", template, verb, "responses", key, "content", type, "schema"];
  expect(misfits(place, value), what).toEqual([]);
  if (status >= 400 && type === "application/problem+json") {
    const { code } = value as { code: string };
    const named = `${operation?.responses[key]?.description} ${document.info.description}`;
    expect(named, what).toContain(code);
  }
  const name = `${method} ${template}`;
  seen.set(name, (seen.get(name) ?? new Set()).add(status));
}

const read = (path: string): Promise<Reply> => call("GET", path);

test("the document is OpenAPI 3.1, and each route has an id of its own, a summary, and a documented answer", () => {
  expect(document.openapi).toBe("3.1.0");
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
  );
  expect(operations.length).toBeGreaterThan(35);
  for (const { name, operation } of operations) {
    expect(operation.operationId, name).toBeDefined();
    expect(operation.summary, name).toBeDefined();
    const good = Object.entries(operation.responses).filter(([status]) => status.startsWith("2"));
    expect(good.length, name).toBeGreaterThan(0);
    for (const [, answer] of good) expect(Object.keys(answer.content ?? {}), name).not.toEqual([]);
    expect(operation.responses.default?.content, name).toHaveProperty(["application/problem+json"]);
  }
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test("reads before anything is adopted", async () => {
  for (const path of ["/v1/status", "/v1/machines", "/v1/machines/m01", "/v1/roles", "/v1/plan", "/v1/overrides"]) {
    expect((await read(path)).status, path).toBe(200);
  }
  expect((await call("POST", `/v1/plan/${"0".repeat(16)}/apply`, BY)).body.code).toBe("RTK_NOT_ADOPTED");
});

test("adoption, and a plan that is applied", async () => {
  expect((await call("POST", "/v1/adoption", BY)).body).toMatchObject({ adopted: null });
  expect((await call("POST", "/v1/adoption", { ...BY, confirm: true, expect: 5 })).body.code).toBe(
    "RTK_ADOPTION_CHANGED",
  );
  expect((await call("POST", "/v1/adoption", { ...BY, confirm: true })).body).toMatchObject({
    adopted: { adopted: 24 },
  });
  expect((await call("POST", "/v1/plan/0123456789abcdef/apply", BY)).body.code).toBe("RTK_NOT_OBSERVED");
});

test("every override is set and ended", async () => {
  for (const scope of ["pool", { role: "web" }, { machine: "m07" }]) {
    expect((await call("POST", "/v1/pause", { ...FOR, scope })).status).toBe(201);
    await read("/v1/overrides");
    await read("/v1/status");
    expect((await call("DELETE", "/v1/pause", { ...BY, scope })).status).toBe(200);
  }
  expect((await call("PUT", "/v1/overrides/pins/m07", FOR)).status).toBe(201);
  expect((await call("DELETE", "/v1/overrides/pins/m07", BY)).status).toBe(200);
});
