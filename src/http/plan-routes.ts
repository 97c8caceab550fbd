/** `POST /v1/plan/:id/apply`: the proposals of advise mode, begun with one request. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { applyPlan } from "../control/apply-plan.ts";
import type { PlanId } from "../core/domain/names.ts";
import { appliedAnswer } from "./answers/operation-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { askerOf } from "./authorise.ts";
import { applyBody } from "./bodies.ts";
import { described, type RequestTypes } from "./describe-route.ts";
import { sendRefusal } from "./problem.ts";

const planIdSchema = z
  .string()
  .regex(/^[0-9a-f]{16}$/, "expected a plan's id, 16 hexadecimal digits")
  .transform((id) => id as PlanId);
const params = z.object({ id: planIdSchema });
/** Every machine of a big pool, by name. */
const BODY_BYTES = 1_048_576;

const ABOUT = `The plan is made anew at this instant: were it another one, nothing begins. Without machines all of its moves are
meant; of more than three the number must then stand in confirm. Floors, limits and preflight hold as ever, and the first
steps are taken within the next tick. Location is the first operation.`;

export function planRoutes(server: FastifyInstance, { controller }: ApiOptions): void {
  const api = server.withTypeProvider<RequestTypes>();

  const schema = described(
    {
      id: "applyPlan",
      tag: "pool",
      summary: "Begins the moves of the plan that was shown, in advise mode.",
      description: ABOUT,
      answers: { 202: appliedAnswer },
      refuses: [
        "RTK_PLAN_MOVED",
        "RTK_UNCONFIRMED",
        "RTK_STOPPED",
        "RTK_NOT_ADOPTED",
        "RTK_NOT_ADVISING",
        "RTK_PAUSED",
        "RTK_BREAKER_OPEN",
        "RTK_HELD",
        "RTK_STALE",
        "RTK_NOT_OBSERVED",
      ],
    },
    { params, body: applyBody },
  );
  api.post("/v1/plan/:id/apply", { schema, bodyLimit: BODY_BYTES }, async (request, reply) => {
    const { author, ...approval } = request.body;
    const plan = request.params.id;
    const begun = await applyPlan(controller, askerOf(request, author), { plan, ...approval });
    if (!begun.ok) return sendRefusal(reply, begun);
    const operations = begun.value.map(({ id, machine, from, to }) => ({ id, machine, from, to }));
    reply.header("location", `/v1/operations/${operations[0]?.id}`);
    return reply.code(202).send({ planId: plan, operations });
  });
}
