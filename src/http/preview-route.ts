/** The one POST that changes nothing: what an operator's change would do. */
import type { FastifyInstance } from "fastify";
import { preview } from "../control/preview.ts";
import { previewAnswer } from "./answers/override-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { endOf, previewBody } from "./bodies.ts";
import { described, type RequestTypes } from "./describe-route.ts";
import { sendRefusal } from "./problem.ts";

/** Asks nothing of anybody's rights but to read, and leaves no trace in the audit log. */
export const PREVIEW_ROUTE = "/v1/overrides/preview";

/** An override whose end is not yet said is taken to last: what it does now does not hang on it. */
const UNSAID_MS = 3_600_000;

const ABOUT = `Judged, decided and planned on a copy of the pool's state, as a tick would. The body is the act beside what its write
has; all but the act may be left out. What the write would refuse is refused, with the same code.`;

export function previewRoute(server: FastifyInstance, { controller }: ApiOptions): void {
  const schema = described(
    {
      id: "previewOverride",
      tag: "overrides",
      summary:
        "What a pause, a pin, a force, an order about a roll-out or a file server, the end of one, or a release from quarantine would do. Changes nothing.",
      description: ABOUT,
      answers: { 200: previewAnswer },
      reads: true,
      refuses: [
        ...["RTK_UNKNOWN_MACHINE", "RTK_UNKNOWN_ROLE", "RTK_UNKNOWN_OVERRIDE", "RTK_NOT_ELIGIBLE", "RTK_BAD_EXPIRY"],
        ...["RTK_BAD_COUNT", "RTK_BELOW_FLOOR", "RTK_NOT_QUARANTINED", "RTK_STILL_SICK", "RTK_NOT_OBSERVED"],
        ...["RTK_UNKNOWN_IMAGE", "RTK_ROLLOUT_UNDER_WAY", "RTK_NOTHING_TO_ROLL_OUT", "RTK_CHANNEL_FILE"],
        ...["RTK_NO_ROLLOUT", "RTK_ROLLOUT_STATE", "RTK_UNKNOWN_STORAGE", "RTK_STORAGE_STATE", "RTK_STORAGE_UNFIT"],
      ],
    },
    { body: previewBody },
  );
  server.withTypeProvider<RequestTypes>().post(PREVIEW_ROUTE, { schema }, async (request, reply) => {
    const { act, overrideFloor, untilResumed, author = "you", reason = "a preview" } = request.body;
    const nowMs = controller.world.clock.wallMs();
    const expiresMs = untilResumed === true ? null : (endOf(request.body, nowMs) ?? nowMs + UNSAID_MS);
    const previewed = preview(controller, { act, author, reason, expiresMs, overrideFloor });
    return previewed.ok ? previewed.value : sendRefusal(reply, previewed);
  });
}
