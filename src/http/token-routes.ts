/** Tokens: listed without their secrets, made, and revoked at once, with the event streams that they had opened. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { ApiToken } from "../store/store.ts";
import { madeTokenAnswer, token, tokensAnswer } from "./answers/record-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { askerOf, OWN_TOKEN_ROUTE, tokenOfRequest } from "./authorise.ts";
import { endBody, endOf, tokenBody, tokenNameSchema } from "./bodies.ts";
import { described, type RequestTypes } from "./describe-route.ts";
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
  const api = server.withTypeProvider<RequestTypes>();
  const { store, world } = controller;

  const list = described({
    id: "listTokens",
    tag: "tokens",
    summary: "The tokens, without their secrets.",
    answers: { 200: tokensAnswer },
  });
  api.get("/v1/tokens", { schema: list }, async () => {
    const used = await uses.all();
    return { tokens: (await store.tokens()).map((one) => tokenView(one, used.get(one.name) ?? null)) };
  });

  const own = described({
    id: "getOwnToken",
    tag: "tokens",
    summary: "The token that this request bears: whether it is known, and what it may.",
    description: "The one read that needs a token everywhere.",
    answers: { 200: token },
    bearsToken: true,
  });
  api.get(OWN_TOKEN_ROUTE, { schema: own }, async (request) => {
    const borne = tokenOfRequest(request);
    if (borne === null) throw new Error("the door let a request without a token through");
    return tokenView(borne, (await uses.all()).get(borne.name) ?? null);
  });

  const create = described(
    {
      id: "createToken",
      tag: "tokens",
      summary: "Makes a token, and shows it this once.",
      description: "Without for or until it never ends.",
      answers: { 201: madeTokenAnswer },
      refuses: ["RTK_TOKEN_EXISTS", "RTK_TOO_MANY_TOKENS", "RTK_BAD_EXPIRY"],
    },
    { body: tokenBody },
  );
  api.post("/v1/tokens", { schema: create }, async (request, reply) => {
    const { author, reason, name, scope } = request.body;
    const expiresMs = endOf(request.body, world.clock.wallMs());
    const made = await createToken(controller, askerOf(request, author), { name, scope, expiresMs, reason });
    if (!made.ok) return sendRefusal(reply, made);
    const { record, token: secret } = made.value;
    return reply.code(201).send({ ...tokenView(record, null), token: secret });
  });

  const revoke = described(
    {
      id: "revokeToken",
      tag: "tokens",
      summary: "Ends a token at once, and the event streams that it had opened.",
      answers: { 200: token },
      refuses: ["RTK_UNKNOWN_TOKEN", "RTK_LAST_TOKEN"],
    },
    { params, body: endBody },
  );
  api.delete("/v1/tokens/:name", { schema: revoke }, async (request, reply) => {
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
