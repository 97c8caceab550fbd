/** Tokens: listed without their secrets, made, and revoked at once, with the event streams that they had opened. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { ApiToken } from "../store/store.ts";
import type { ApiOptions } from "./api-options.ts";
import { askerOf } from "./authorise.ts";
import { endBody, endOf, tokenBody, tokenNameSchema } from "./bodies.ts";
import type { EventStreams } from "./event-streams.ts";
import { sendRefusal } from "./problem.ts";
import { createToken, revokeToken } from "./token-actions.ts";
import type { TokenUses } from "./token-uses.ts";

export interface TokenOptions extends ApiOptions {
  readonly uses: TokenUses;
  readonly streams: EventStreams;
}

const params = z.object({ name: tokenNameSchema });

export function tokenRoutes(server: FastifyInstance, { controller, uses, streams }: TokenOptions): void {
  const api = server.withTypeProvider<ZodTypeProvider>();
  const { store, world } = controller;

  api.get("/v1/tokens", async () => {
    const used = await uses.all();
    return { tokens: (await store.tokens()).map((token) => tokenView(token, used.get(token.name) ?? null)) };
  });

  api.post("/v1/tokens", { schema: { body: tokenBody } }, async (request, reply) => {
    const { author, reason, name, scope } = request.body;
    const expiresMs = endOf(request.body, world.clock.wallMs());
    const made = await createToken(controller, askerOf(request, author), { name, scope, expiresMs, reason });
    if (!made.ok) return sendRefusal(reply, made);
    const { record, token } = made.value;
    return reply.code(201).send({ ...tokenView(record, null), token });
  });

  api.delete("/v1/tokens/:name", { schema: { params, body: endBody } }, async (request, reply) => {
    const { author, reason } = request.body;
    const { name } = request.params;
    const revoked = await revokeToken(controller, askerOf(request, author), { name, reason });
    if (!revoked.ok) return sendRefusal(reply, revoked);
    streams.endOf(revoked.value.hash);
    await uses.forget(name);
    return tokenView(revoked.value, null);
  });
}

export const tokenView = ({ name, scope, createdMs, expiresMs }: ApiToken, lastUsedMs: number | null) => ({
  name,
  scope,
  createdMs,
  expiresMs,
  lastUsedMs,
});
