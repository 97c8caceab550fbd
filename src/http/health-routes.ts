/** Is it alive, is it ready, what does it measure, and which machines should Prometheus ask? */
import type { FastifyInstance } from "fastify";
import { discoveryTargets } from "../core/domain/discovery.ts";
import { discoveryAnswer, liveAnswer, readyAnswer } from "./answers/record-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { described } from "./describe-route.ts";
import { remembered } from "./remembered.ts";

/** So many ticks may be missed before the daemon counts as hung. */
const MISSED_TICKS = 6;

export function healthRoutes(api: FastifyInstance, { controller, registry, beaconPort }: ApiOptions): void {
  const { clock } = controller.world;
  const startedMs = clock.monotonicMs();

  // A hold is a decision, never a failure: only a loop that has stopped turning is one. A tick that fails (a full disk) is
  // none either, for a restart mends no disk. And the wall clock has no say: somebody may set it.
  const live = described({
    id: "isLive",
    tag: "health",
    summary: "503 when the loop has not turned for six ticks; a hold or a tick that failed is no failure.",
    answers: { 200: liveAnswer, 503: liveAnswer },
  });
  api.get("/livez", { schema: live }, async (_, reply) => {
    const allowedMs = MISSED_TICKS * controller.configured.site().timing.tickMs;
    const ageMs = clock.monotonicMs() - (controller.observer.lastMs ?? startedMs);
    const isLive = ageMs <= allowedMs;
    if (!isLive) reply.code(503);
    return { live: isLive, lastTickAgeMs: Math.round(ageMs) };
  });
  const ready = described({
    id: "isReady",
    tag: "health",
    summary: "503 until the first tick has ended.",
    answers: { 200: readyAnswer, 503: readyAnswer },
  });
  api.get("/readyz", { schema: ready }, async (_, reply) => {
    const isReady = controller.last !== null;
    if (!isReady) reply.code(503);
    return { ready: isReady };
  });
  const metrics = described({
    id: "getMetrics",
    tag: "health",
    summary: "The daemon's own metrics.",
    answers: { 200: { type: "text/plain", description: "Prometheus' text format." } },
  });
  api.get("/metrics", { schema: metrics }, async (_, reply) => {
    reply.type(registry.contentType);
    return registry.metrics();
  });

  const targets = remembered(({ configured }) =>
    JSON.stringify(discoveryTargets(configured.site().machines.values(), beaconPort)),
  );
  const discovery = described({
    id: "discover",
    tag: "health",
    summary: "The pool for Prometheus' http_sd_configs.",
    answers: { 200: discoveryAnswer },
  });
  api.get("/v1/sd", { schema: discovery }, async (_, reply) =>
    reply.type("application/json; charset=utf-8").send(targets(controller)),
  );
}
