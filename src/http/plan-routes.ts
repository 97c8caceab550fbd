/** `POST /v1/plan/:id/apply`: the proposals of advise mode, begun with one request. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { applyPlan } from "../control/apply-plan.ts";
import type { PlanId } from "../core/domain/names.ts";
import type { ApiOptions } from "./api-options.ts";
import { askerOf } from "./authorise.ts";
import { applyBody } from "./bodies.ts";
import { sendRefusal } from "./problem.ts";

const planIdSchema = z
  .string()
  .regex(/^[0-9a-f]{16}$/, "expected a plan's id, 16 hexadecimal digits")
  .transform((id) => id as PlanId);
const params = z.object({ id: planIdSchema });
/** Every machine of a big pool, by name. */
const BODY_BYTES = 1_048_576;

export function planRoutes(server: FastifyInstance, { controller }: ApiOptions): void {
  const api = server.withTypeProvider<ZodTypeProvider>();

  const apply = { schema: { params, body: applyBody }, bodyLimit: BODY_BYTES };
  api.post("/v1/plan/:id/apply", apply, async (request, reply) => {
    const { author, ...approval } = request.body;
    const plan = request.params.id;
    const begun = await applyPlan(controller, askerOf(request, author), { plan, ...approval });
    if (!begun.ok) return sendRefusal(reply, begun);
    const operations = begun.value.map(({ id, machine, from, to }) => ({ id, machine, from, to }));
    reply.header("location", `/v1/operations/${operations[0]?.id}`);
    return reply.code(202).send({ planId: plan, operations });
  });
}
