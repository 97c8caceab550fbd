/** Holds what a running API answers against the document that it publishes itself. */

import { setTimeout as sleep } from "node:timers/promises";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, Response>>;
}
interface Response {
  readonly description: string;
  readonly content?: Readonly<Record<string, object>>;
}
export interface Document {
  readonly openapi: string;
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly value: unknown;
}

export class Contract {
  readonly document: Document;
  /** By route, as in `GET /v1/status`: the statuses that it answered with. */
  readonly seen = new Map<string, Set<number>>();
  private readonly url: string;
  private readonly token: string;
  private readonly ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
  private readonly validators = new Map<string, ValidateFunction>();

  /** `GET /v1/status`, and what the document says of it. */
  operations(): { name: string; operation: Operation }[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
    );
  }

  /** Routes that have not answered well yet. */
  unasked(): string[] {
    const names = this.operations().map(({ name }) => name);
    return names.filter((name) => ![...(this.seen.get(name) ?? [])].some((status) => status < 300));
  }

  private constructor(url: string, token: string, document: Document) {
    this.url = url;
    this.token = token;
    this.document = document;
    this.ajv.addSchema(document, "document");
  }

  static async of(url: string, token: string): Promise<Contract> {
    return new Contract(url, token, (await (await fetch(`${url}/v1/openapi.json`)).json()) as Document);
  }

  /** One exchange, whose answer must be one that the document promises. */
  async call(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Reply> {
    const json = body === undefined ? {} : { "content-type": "application/json" };
    const own = { authorization: `Bearer ${this.token}`, ...json, ...headers };
    const init = { method, headers: own, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(`${this.url}${path}`, init);
    const text = await response.text();
    // It asks faster than any operator: more writes in ten seconds than one token may send.
    if (response.status === 429) {
      await sleep(Number(response.headers.get("retry-after")) * 1_000);
      return this.call(method, path, body, headers);
    }
    const type = String(response.headers.get("content-type")).split(";")[0] ?? "";
    const value: unknown = type.endsWith("json") ? JSON.parse(text) : text;
    const { status } = response;
    if (status !== 304) this.check(method, this.templateOf(path), { status, type, value });
    return { status, headers: response.headers, body: value as Record<string, unknown> };
  }

  /** What is wrong with a value by the document's schema of this name; empty: nothing. */
  misfitsOf(name: string, value: unknown): string[] {
    return this.misfits(["components", "schemas", name], value);
  }

  /** Throws unless status, type, content, and a refusal's code are as the document promises. */
  check(method: string, template: string, answer: Answer): void {
    const wrong = this.complaints(method.toLowerCase(), template, answer);
    if (wrong.length > 0) throw new Error(`${method} ${template} ${answer.status}: ${wrong.join("; ")}`);
    const name = `${method} ${template}`;
    this.seen.set(name, (this.seen.get(name) ?? new Set()).add(answer.status));
  }

  private complaints(verb: string, template: string, { status, type, value }: Answer): string[] {
    const operation = this.document.paths[template]?.[verb];
    const key = operation?.responses[status] === undefined ? "default" : String(status);
    const promised = operation?.responses[key];
    if (promised?.content?.[type] === undefined) return [`${type || "an empty answer"} is not promised`];
    const misfits = this.misfits(["paths", template, verb, "responses", key, "content", type, "schema"], value);
    if (type !== "application/problem+json" || misfits.length > 0) return misfits;
    const { code } = value as { code: string };
    const isNamed = `${promised.description} ${this.document.info.description}`.includes(code);
    return isNamed ? [] : [`its code ${code} is not said to be possible`];
  }

  private misfits(place: readonly string[], value: unknown): string[] {
    const pointer = `document#/${place.map(escaped).join("/")}`;
    const validate = this.validators.get(pointer) ?? this.ajv.compile({ $ref: pointer });
    this.validators.set(pointer, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message} ${JSON.stringify(one.params)}`);
  }

  /** The document's path that a request's one fits; fixed names before parameters. */
  private templateOf(path: string): string {
    const steps = (path.split("?")[0] ?? "").split("/");
    const fits = (template: string): boolean => {
      const parts = template.split("/");
      return parts.length === steps.length && parts.every((part, i) => part.startsWith("{") || part === steps[i]);
    };
    const found = Object.keys(this.document.paths).filter(fits);
    const [best] = found.toSorted((a, b) => a.split("{").length - b.split("{").length);
    if (best === undefined) throw new Error(`the document has no ${path}`);
    return best;
  }
}

const escaped = (step: string): string => encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"));
