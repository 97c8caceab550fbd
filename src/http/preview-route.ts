/** The one POST that changes nothing: what an operator's change would do. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { preview } from "../control/preview.ts";
import type { ApiOptions } from "./api-options.ts";
import { expiresOf, previewBody } from "./bodies.ts";
import { sendRefusal } from "./problem.ts";

/** Asks nothing of anybody's rights but to read, and leaves no trace in the audit log. */
export const PREVIEW_ROUTE = "/v1/overrides/preview";

/** An override whose end is not yet said is taken to last: what it does now does not hang on it. */
const UNSAID = { for: 3_600_000 };

export function previewRoute(server: FastifyInstance, { controller }: ApiOptions): void {
  const api = server.withTypeProvider<ZodTypeProvider>();
  api.post(PREVIEW_ROUTE, { schema: { body: previewBody } }, async (request, reply) => {
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
