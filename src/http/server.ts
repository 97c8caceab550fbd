/** The HTTP server: strict limits, one door for every write, and no answer that a browser on another site could use. */
import { randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { validatorCompiler } from "fastify-type-provider-zod";
import pLimit from "p-limit";
import type { ApiOptions } from "./api-options.ts";
import { authorise } from "./authorise.ts";
import { channelRoutes } from "./channel-routes.ts";
import { EventRing } from "./event-ring.ts";
import { eventRoutes } from "./event-routes.ts";
import { EventStreams } from "./event-streams.ts";
import { handleFailures, problemOf } from "./failures.ts";
import { fleetRoutes } from "./fleet-routes.ts";
import { createFloodLimits, MAX_BODY_BYTES } from "./flood-limits.ts";
import { ForecastTrail } from "./forecast-trail.ts";
import { gridRoute } from "./grid-route.ts";
import { healthRoutes } from "./health-routes.ts";
import { joiningRoutes } from "./joining-routes.ts";
import { answerClientError, createNodeServer } from "./node-server.ts";
import { documentRoute, publishDocument } from "./open-api.ts";
import { refuseOtherMethods } from "./other-methods.ts";
import { overrideRoutes } from "./override-routes.ts";
import { pageRoutes } from "./page-routes.ts";
import { planRoutes } from "./plan-routes.ts";
import { PoolEvents } from "./pool-events.ts";
import { previewRoute } from "./preview-route.ts";
import { sendProblem } from "./problem.ts";
import { readRoutes } from "./read-routes.ts";
import { recordRoutes } from "./record-routes.ts";
import { replacementRoutes } from "./replacement-routes.ts";
import { reportRoute } from "./report-route.ts";
import { rolloutRoutes } from "./rollout-routes.ts";
import { storageRoutes } from "./storage-routes.ts";
import { refuseIdleConditions, tagAnswer } from "./tags.ts";
import { timelineRoute } from "./timeline-route.ts";
import { type TokenOptions, tokenRoutes } from "./token-routes.ts";
import { TokenUses } from "./token-uses.ts";

export type Api = FastifyInstance;
/** Requests that are begun before the event loop goes on to whatever else is due: a tick does not wait for a flood of them. */
const BEGUN_AT_ONCE = 4;

export async function createApi(options: ApiOptions): Promise<Api> {
  const { logger } = options.controller;
  const api: FastifyInstance = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    serverFactory: createNodeServer,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      const [asked, answer] = [request as FastifyRequest, reply as FastifyReply];
      void sendProblem(withHeaders(answer), problemOf(error, asked, logger));
    },
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 128 },
    genReqId: () => "",
  });
  // A page of another site may send plain text without asking first; nothing here takes it.
  api.removeContentTypeParser("text/plain");
  api.setValidatorCompiler(validatorCompiler);
  // What an answer must look like is for the contract test; at every request it would cost more than the answer.
  api.setSerializerCompiler(() => JSON.stringify);
  handleFailures(api, logger);

  const ring = new EventRing(randomBytes(4).toString("hex"));
  const streams = new EventStreams(ring, () => options.controller.world.clock.wallMs());
  const trail = new ForecastTrail();
  const unwatch = [new PoolEvents(ring, options.controller, options.keeper), trail].map((watcher) =>
    options.controller.watch(watcher),
  );
  api.addHook("preClose", async () => {
    for (const stop of unwatch) stop();
    streams.close();
  });

  const uses = new TokenUses(options.controller.store, logger);
  const limits = await createFloodLimits(api);
  const inTurn = pLimit(BEGUN_AT_ONCE);
  api.addHook("onRequest", async (request, reply) => {
    await inTurn(() => setImmediate());
    withHeaders(reply);
    const problem = await authorise(request, options, limits, uses);
    return problem === null ? undefined : sendProblem(reply, problem);
  });
  api.addHook("preHandler", refuseIdleConditions);
  api.addHook("onSend", tagAnswer);
  await publishDocument(api);
  const refuseOthers = refuseOtherMethods(api);
  await api.register(async (instance) => addRoutes(instance, { ...options, uses, streams }));
  await api.register(async (instance) => timelineRoute(instance, options, trail));
  await api.register(async (instance) => gridRoute(instance, options));
  await api.register(pageRoutes);
  refuseOthers();
  return api;
}

function addRoutes(api: FastifyInstance, options: TokenOptions): void {
  healthRoutes(api, options);
  documentRoute(api);
  readRoutes(api, options);
  recordRoutes(api, options);
  reportRoute(api, options);
  eventRoutes(api, options.streams);
  overrideRoutes(api, options);
  previewRoute(api, options);
  channelRoutes(api, options);
  fleetRoutes(api, options);
  storageRoutes(api, options);
  joiningRoutes(api, options);
  replacementRoutes(api, options);
  planRoutes(api, options);
  rolloutRoutes(api, options);
  tokenRoutes(api, options);
}

/** No cache keeps an answer, no browser guesses its type, no other site's page frames or embeds it. */
function withHeaders(reply: FastifyReply): FastifyReply {
  return reply.headers({
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'self'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
  });
}
