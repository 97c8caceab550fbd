/** `GET /v1/events`: the pool's events as they happen, resumable. */
import type { FastifyInstance } from "fastify";
import { eventsText } from "./answers/events.ts";
import { tokenOfRequest } from "./authorise.ts";
import { described } from "./describe-route.ts";
import type { EventStreams } from "./event-streams.ts";
import { sendProblem } from "./problem.ts";

const ABOUT = `Each event has an id; with it as Last-Event-ID whatever was missed is sent again. A comment line every 15 s. A stream
ends with the token that opened it; a reader that takes nothing for 30 s is cut off.`;

export function eventRoutes(api: FastifyInstance, streams: EventStreams): void {
  const schema = described({
    id: "followEvents",
    tag: "pool",
    summary: "The pool's events as they happen (Server-Sent Events).",
    description: `${eventsText} ${ABOUT}`,
    answers: { 200: { type: "text/event-stream", description: "Events, until either side ends it." } },
    refuses: ["RTK_TOO_MANY_STREAMS"],
  });
  // A HEAD would be a stream as well.
  api.get("/v1/events", { schema, exposeHeadRoute: false }, (request, reply) => {
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
