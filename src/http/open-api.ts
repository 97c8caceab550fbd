/** The published document: OpenAPI 3.1, made from the very schemas that requests are checked by. */
import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { z } from "zod";
import { described, TAGS } from "./describe-route.ts";
import { MAX_BODY_BYTES, READS, REFUSALS, WRITES } from "./flood-limits.ts";
import { sendTagged, type Tagged, taggedJson } from "./tags.ts";

const often = ({ max, timeWindow }: typeof READS, what = "reads"): string =>
  `${max} ${what} in ${timeWindow / 1_000} s`;

const INTRODUCTION = `Keeps a fixed pool of near-diskless servers busy by re-tasking them between roles.

**Tokens.** Every write needs a token with the scope write. Reads need none from the machine itself while retask listens on a
loopback address; elsewhere they need one too. /livez and /readyz never do.

**Problems.** What is refused is answered as an RFC 9457 problem with a stable code. Beside the codes that a route names, any
may answer 401 RTK_NO_TOKEN, 403 RTK_WRONG_SCOPE and RTK_FOREIGN_ORIGIN, 421 RTK_WRONG_HOST, 422 RTK_INVALID_REQUEST (with
every mistake under errors), 400, 413 and 415 for a body that is none, 429 RTK_TOO_MANY with Retry-After, 409 RTK_DRY_RUN to a
write, 503 RTK_STORE_… where the record can't be reached, and 500 RTK_INTERNAL.

**Tags.** A read that found something has an ETag: with If-None-Match it is answered 304 when nothing has changed. Writes of
overrides take an If-Match with the tag of /v1/overrides, the acceptance of a configuration that of /v1/configuration: 412
RTK_CHANGED when it is another by then.

**Pages.** Long lists have a field next: path and query of the next page, null at the end.

**Limits.** ${MAX_BODY_BYTES / 1024} KiB a body unless a route says otherwise; ${often(READS)} of one route from one address,
${often(WRITES, "writes")} with one token, ${often(REFUSALS, "refusals")} of anybody. Times are Unix milliseconds. Every write and every refused write is in the audit log.`;

/** Before any route that it shall know of. */
export async function publishDocument(api: FastifyInstance): Promise<void> {
  await api.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "retask", version: "1", description: INTRODUCTION },
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => withoutInputs(jsonSchemaTransformObject(document)),
  });
}

/** Each named schema comes a second time as what would be sent; requests name none, so nothing refers to these. */
function withoutInputs<Document extends object>(document: Document): Document {
  const { components } = document as { components?: { schemas?: Record<string, unknown> } };
  const schemas = Object.entries(components?.schemas ?? {}).filter(([name]) => !name.endsWith("Input"));
  return { ...document, components: { ...components, schemas: Object.fromEntries(schemas) } };
}

export function documentRoute(api: FastifyInstance): void {
  let document: Tagged | null = null;
  const schema = described({
    id: "getDocument",
    tag: "health",
    summary: "This document.",
    answers: { 200: z.record(z.string(), z.unknown()).describe("OpenAPI 3.1.") },
  });
  api.get("/v1/openapi.json", { schema }, async (_, reply) => {
    // Made at the first question: most processes are never asked.
    document ??= taggedJson(api.swagger());
    return sendTagged(reply, document);
  });
}
