/** `GET /v1/events`: the pool's events as they happen, resumable. */
import type { FastifyInstance } from "fastify";
import { tokenOfRequest } from "./authorise.ts";
import type { EventStreams } from "./event-streams.ts";
import { sendProblem } from "./problem.ts";

export function eventRoutes(api: FastifyInstance, streams: EventStreams): void {
  // A HEAD would be a stream as well.
  api.get("/v1/events", { exposeHeadRoute: false }, (request, reply) => {
    if (streams.isFull) {
      return sendProblem(reply, {
        status: 503,
        code: "RTK_TOO_MANY_STREAMS",
        title: "too many event streams",
        detail: "as many event streams are open as may be; close one, or poll /v1/status",
        retryAfterS: 30,
      });
    }
    const last = request.headers["last-event-id"];
    reply.hijack();
    streams.open(reply.raw, reply.getHeaders(), {
      lastEventId: typeof last === "string" ? last : null,
      token: tokenOfRequest(request),
    });
    return reply;
  });
}
