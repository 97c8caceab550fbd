/** Is it alive, is it ready, what does it measure, and which machines should Prometheus ask? */
import type { FastifyInstance } from "fastify";
import { discoveryTargets } from "../core/domain/discovery.ts";
import type { ApiOptions } from "./api-options.ts";

/** So many ticks may be missed before the daemon counts as hung. */
const MISSED_TICKS = 6;

export function healthRoutes(api: FastifyInstance, { controller, registry, beaconPort }: ApiOptions): void {
  const tickAgeMs = (): number | null =>
    controller.last === null ? null : controller.world.clock.wallMs() - controller.last.observation.wallMs;
  const startedMs = controller.world.clock.monotonicMs();

  // A hold is a decision, never a failure: only a loop that has stopped turning is one.
  api.get("/livez", async (_, reply) => {
    const allowedMs = MISSED_TICKS * controller.configured.site().timing.tickMs;
    const ageMs = tickAgeMs() ?? controller.world.clock.monotonicMs() - startedMs;
    if (ageMs > allowedMs) reply.code(503);
    return { live: ageMs <= allowedMs, lastTickAgeMs: Math.round(ageMs) };
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
  api.get("/v1/sd", async () => discoveryTargets([...controller.configured.site().machines.values()], beaconPort));
}
