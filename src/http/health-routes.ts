/** Is it alive, is it ready, what does it measure, and which machines should Prometheus ask? */
import type { FastifyInstance } from "fastify";
import { discoveryTargets } from "../core/domain/discovery.ts";
import type { ApiOptions } from "./api-options.ts";
import { remembered } from "./remembered.ts";

/** So many ticks may be missed before the daemon counts as hung. */
const MISSED_TICKS = 6;

export function healthRoutes(api: FastifyInstance, { controller, registry, beaconPort }: ApiOptions): void {
  const { clock } = controller.world;
  const startedMs = clock.monotonicMs();

  // A hold is a decision, never a failure: only a loop that has stopped turning is one. A tick that fails (a full disk) is
  // none either, for a restart mends no disk. And the wall clock has no say: somebody may set it.
  api.get("/livez", async (_, reply) => {
    const allowedMs = MISSED_TICKS * controller.configured.site().timing.tickMs;
    const ageMs = clock.monotonicMs() - (controller.observer.lastMs ?? startedMs);
    const live = ageMs <= allowedMs;
    if (!live) reply.code(503);
    return { live, lastTickAgeMs: Math.round(ageMs) };
  });
  api.get("/readyz", async (_, reply) => {
    const ready = controller.last !== null;
    if (!ready) reply.code(503);
    return { ready };
  });
  api.get("/metrics", async (_, reply) => {
    reply.type(registry.contentType);
    return registry.metrics();
  });

  const targets = remembered(({ configured }) =>
    JSON.stringify(discoveryTargets(configured.site().machines.values(), beaconPort)),
  );
  api.get("/v1/sd", async (_, reply) => reply.type("application/json; charset=utf-8").send(targets(controller)));
}
