/** The one POST that changes nothing: what an operator's change would do. */
import type { FastifyInstance } from "fastify";
import { preview } from "../control/preview.ts";
import { previewAnswer } from "./answers/override-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { expiresOf, previewBody } from "./bodies.ts";
import { described, type RequestTypes } from "./describe-route.ts";
import { sendRefusal } from "./problem.ts";

/** Asks nothing of anybody's rights but to read, and leaves no trace in the audit log. */
export const PREVIEW_ROUTE = "/v1/overrides/preview";

/** An override whose end is not yet said is taken to last: what it does now does not hang on it. */
const UNSAID = { for: 3_600_000 };

export function previewRoute(server: FastifyInstance, { controller }: ApiOptions): void {
  const api = server.withTypeProvider<RequestTypes>();
  const schema = described(
    {
      id: "previewOverride",
      tag: "overrides",
      summary: "What an operator's change would do. Changes nothing, and is not audited.",
      answers: { 200: previewAnswer },
      reads: true,
      refuses: [
        "RTK_NOT_OBSERVED",
        "RTK_BAD_EXPIRY",
        "RTK_BAD_COUNT",
        "RTK_BELOW_FLOOR",
        "RTK_UNKNOWN_MACHINE",
        "RTK_UNKNOWN_ROLE",
        "RTK_UNKNOWN_OVERRIDE",
        "RTK_NOT_ELIGIBLE",
        "RTK_NOT_QUARANTINED",
        "RTK_STILL_SICK",
      ],
    },
    { body: previewBody },
  );
  api.post(PREVIEW_ROUTE, { schema }, async (request, reply) => {
    const {
      act,
      overrideFloor,
      for: duration,
      until,
      untilResumed,
      author = "you",
      reason = "a preview",
    } = request.body;
    const said = duration !== undefined || until !== undefined || untilResumed !== undefined;
    const expiresMs = expiresOf(said ? request.body : UNSAID, controller.world.clock.wallMs());
    const previewed = preview(controller, { act, author, reason, expiresMs, overrideFloor });
    return previewed.ok ? previewed.value : sendRefusal(reply, previewed);
  });
}
