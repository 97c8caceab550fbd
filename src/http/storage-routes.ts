/** File servers: how they are, and an operator's orders to fail over and back. Each order is audited, refusals too. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { orderStorageServer, type StorageOrderKind } from "../control/storage-actions.ts";
import { storageAnswer, storageOrderedAnswer } from "./answers/storage-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { askerOf } from "./authorise.ts";
import { endBody, storageNameSchema } from "./bodies.ts";
import { described, type RequestTypes } from "./describe-route.ts";
import { sendRefusal, starting } from "./problem.ts";
import { storageNow } from "./storage-view.ts";

const byName = { params: z.object({ name: storageNameSchema }) };

const ORDERS = [
  {
    kind: "failOver",
    path: "fail-over",
    id: "failStorageOver",
    summary: "Moves a dead file server's machines to its mirror; those that hang are cut off hard.",
  },
  {
    kind: "failBack",
    path: "fail-back",
    id: "failStorageBack",
    summary: "Takes a file server's machines home from its mirror, drained, within all limits.",
  },
] as const satisfies readonly { kind: StorageOrderKind; path: string; id: string; summary: string }[];

export function storageRoutes(server: FastifyInstance, { controller }: ApiOptions): void {
  const api = server.withTypeProvider<RequestTypes>();
  const list = described({
    id: "listStorage",
    tag: "fleet",
    summary: "The file servers: what their two sources say, and who runs from them.",
    answers: { 200: storageAnswer },
  });
  api.get("/v1/storage", { schema: list }, async (_, reply) => {
    const { last } = controller;
    return last === null ? starting(reply) : { servers: storageNow(controller) };
  });

  for (const { kind, path, id, summary } of ORDERS) {
    const schema = described(
      {
        id,
        tag: "fleet",
        summary,
        description: "The order is stored; the machines follow as the survivor, limits and holds let them.",
        answers: { 200: storageOrderedAnswer },
        refuses: ["RTK_UNKNOWN_STORAGE", "RTK_STORAGE_STATE", "RTK_STORAGE_UNFIT", "RTK_NOT_OBSERVED"],
      },
      { ...byName, body: endBody },
    );
    api.post(`/v1/storage/:name/${path}`, { schema }, async (request, reply) => {
      const { author, reason } = request.body;
      const aim = { kind, server: request.params.name };
      const result = await orderStorageServer(controller, askerOf(request, author), aim, reason);
      return result.ok ? reply.send(result.value) : sendRefusal(reply, result);
    });
  }
}
