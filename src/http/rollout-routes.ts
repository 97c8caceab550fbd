/** Roll-outs: listed, started, paused, resumed and aborted; each write is audited, refusals too. */
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { type ActionResult, audit } from "../control/operator-change.ts";
import { orderRollout, startRollout } from "../control/rollout-actions.ts";
import { roleNameSchema } from "../core/domain/names.ts";
import type { Rollout } from "../core/domain/rollout.ts";
import { rollout, rolloutsAnswer } from "./answers/rollout-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { askerOf } from "./authorise.ts";
import { abortBody, endBody, rolloutBody, rolloutRequestOf } from "./bodies.ts";
import { described, type RequestTypes } from "./describe-route.ts";
import { sendRefusal } from "./problem.ts";
import { rolloutView, rolloutViews } from "./rollout-view.ts";

const STARTS = `Machines follow as limits, floors and windows let them. The plan's preview, as of an override, is
\`POST /v1/overrides/preview\` with the act \`startRollout\`. Since a whole role is rebooted, \`confirm\` must name it once more.`;

export function rolloutRoutes(server: FastifyInstance, { controller }: ApiOptions): void {
  const api = server.withTypeProvider<RequestTypes>();
  const answer = (reply: FastifyReply, result: ActionResult<Rollout>, status: 200 | 201) =>
    result.ok ? reply.code(status).send(rolloutView(controller, result.value)) : sendRefusal(reply, result);

  const list = described({
    id: "listRollouts",
    tag: "rollouts",
    summary: "Of each role the roll-out under way, or the last one.",
    answers: { 200: rolloutsAnswer },
  });
  api.get("/v1/rollouts", { schema: list }, async () => ({ rollouts: rolloutViews(controller) }));

  const start = described(
    {
      id: "startRollout",
      tag: "rollouts",
      summary: "Starts a roll-out of an image, or a rolling reboot.",
      description: STARTS,
      answers: { 201: rollout },
      refuses: [
        ...["RTK_UNCONFIRMED", "RTK_UNKNOWN_ROLE", "RTK_UNKNOWN_IMAGE", "RTK_ROLLOUT_UNDER_WAY"],
        ...["RTK_NOTHING_TO_ROLL_OUT", "RTK_CHANNEL_FILE", "RTK_NOT_OBSERVED"],
      ],
    },
    { body: rolloutBody },
  );
  api.post("/v1/rollouts", { schema: start }, async (request, reply) => {
    const { author, reason, confirm, ...said } = request.body;
    const asker = askerOf(request, author);
    if (confirm !== said.role) {
      const why = `all of ${said.role} would be rebooted; confirm "${said.role}"`;
      const entry = { action: "start a roll-out", why: reason, before: null, after: null };
      await audit(controller, asker, { ...entry, refused: `RTK_UNCONFIRMED: ${why}` });
      return sendRefusal(reply, { code: "RTK_UNCONFIRMED", why });
    }
    return answer(reply, await startRollout(controller, asker, { ...rolloutRequestOf(said), author, reason }), 201);
  });

  const params = z.object({ name: roleNameSchema });
  const order = <const Request extends { body: z.ZodType; params: typeof params }>(
    id: string,
    summary: string,
    request: Request,
  ) =>
    described(
      { id, tag: "rollouts", summary, answers: { 200: rollout }, refuses: ["RTK_NO_ROLLOUT", "RTK_ROLLOUT_STATE"] },
      request,
    );
  const pause = order("pauseRollout", "Nothing more is rebooted; nothing goes back.", { params, body: endBody });
  api.post("/v1/rollouts/:name/pause", { schema: pause }, async (request, reply) => {
    const { author, reason } = request.body;
    const told = { type: "PAUSE", why: reason } as const;
    return answer(reply, await orderRollout(controller, askerOf(request, author), request.params.name, told), 200);
  });
  const resume = order("resumeRollout", "Goes on where it was paused; a soak keeps its time.", {
    params,
    body: endBody,
  });
  api.post("/v1/rollouts/:name/resume", { schema: resume }, async (request, reply) => {
    const { author, reason } = request.body;
    const told = { type: "RESUME", why: reason } as const;
    return answer(reply, await orderRollout(controller, askerOf(request, author), request.params.name, told), 200);
  });
  const abort = order("abortRollout", "Takes it back: every machine boots the previous image again.", {
    params,
    body: abortBody,
  });
  api.post("/v1/rollouts/:name/abort", { schema: abort }, async (request, reply) => {
    const { author, reason, keep } = request.body;
    const told = { type: "ABORT", why: reason, keeps: keep } as const;
    return answer(reply, await orderRollout(controller, askerOf(request, author), request.params.name, told), 200);
  });
}
