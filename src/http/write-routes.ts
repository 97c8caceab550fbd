/** Everything that an operator may change; each needs a token, names its author, and is audited, refusals too. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { inTheWay } from "../control/held-back.ts";
import { adoptFleet, probeAdoption, unquarantine } from "../control/operator-actions.ts";
import { type ActionResult, type Asker, audit } from "../control/operator-change.ts";
import { endOverride, setOverride } from "../control/override-actions.ts";
import { repairLinks } from "../control/repair-links.ts";
import { machineNameSchema, roleNameSchema } from "../core/domain/names.ts";
import { aim, type OverrideAct } from "../core/domain/override.ts";
import type { ApiOptions } from "./api-options.ts";
import { askerOf } from "./authorise.ts";
import {
  acceptBody,
  adoptionBody,
  endBody,
  expiresOf,
  forceMachineBody,
  forceRoleBody,
  type OverrideBody,
  pauseBody,
  pinBody,
  repairBody,
  resumeBody,
  roleForceOf,
} from "./bodies.ts";
import { previewRoute } from "./preview-route.ts";
import { sendRefusal } from "./problem.ts";
import { mismatch } from "./tags.ts";
import { overridesJson } from "./views.ts";

const machineParam = z.object({ name: machineNameSchema });
const roleParam = z.object({ name: roleNameSchema });
/** Every machine of a big pool, by name. */
const REPAIR_BODY_BYTES = 1_048_576;

export function writeRoutes(server: FastifyInstance, options: ApiOptions): void {
  previewRoute(server, options);
  overrideRoutes(server, options);
  machineRoutes(server, options);
  siteRoutes(server, options);
}

function overrideRoutes(server: FastifyInstance, { controller }: ApiOptions): void {
  const api = server.withTypeProvider<ZodTypeProvider>();

  const asker = (request: FastifyRequest, author: string): Asker => ({
    ...askerOf(request, author),
    outdated: () => mismatch(request, overridesJson(controller).tag),
  });

  /** The answer says at once what floors, limits and other orders keep back, so that nobody waits for what will not come. */
  const set = async (request: FastifyRequest, reply: FastifyReply, act: OverrideAct, body: OverrideBody) => {
    const { author, reason, overrideFloor } = body;
    const expiresMs = expiresOf(body, controller.world.clock.wallMs());
    const order = { act, reason, expiresMs, overrideFloor };
    const result = await setOverride(controller, asker(request, author), order);
    if (!result.ok) return sendRefusal(reply, result);
    return reply.code(201).send({ ...result.value, ...inTheWay(controller, result.value) });
  };
  const end = async (request: FastifyRequest, reply: FastifyReply, aimed: string, body: z.output<typeof endBody>) =>
    answer(reply, await endOverride(controller, asker(request, body.author), aimed, body.reason));

  api.post("/v1/pause", { schema: { body: pauseBody } }, (request, reply) =>
    set(request, reply, { kind: "pause", scope: request.body.scope, direction: request.body.direction }, request.body),
  );
  api.delete("/v1/pause", { schema: { body: resumeBody } }, (request, reply) =>
    end(request, reply, aim.pause(request.body.scope), request.body),
  );

  api.put("/v1/overrides/pins/:name", { schema: { params: machineParam, body: pinBody } }, (request, reply) =>
    set(request, reply, { kind: "pin", machine: request.params.name }, request.body),
  );
  api.delete("/v1/overrides/pins/:name", { schema: { params: machineParam, body: endBody } }, (request, reply) =>
    end(request, reply, aim.pin(request.params.name), request.body),
  );

  const forceMachine = { params: machineParam, body: forceMachineBody };
  api.put("/v1/overrides/machines/:name", { schema: forceMachine }, (request, reply) => {
    const act = { kind: "forceMachine", machine: request.params.name, to: request.body.to } as const;
    return set(request, reply, act, request.body);
  });
  api.delete("/v1/overrides/machines/:name", { schema: { params: machineParam, body: endBody } }, (request, reply) =>
    end(request, reply, aim.forceMachine(request.params.name), request.body),
  );

  const forceRole = { params: roleParam, body: forceRoleBody };
  api.put("/v1/overrides/roles/:name", { schema: forceRole }, (request, reply) =>
    set(request, reply, roleForceOf(request.params.name, request.body), request.body),
  );
  api.delete("/v1/overrides/roles/:name", { schema: { params: roleParam, body: endBody } }, (request, reply) =>
    end(request, reply, aim.forceRole(request.params.name), request.body),
  );
}

function machineRoutes(server: FastifyInstance, { controller }: ApiOptions): void {
  const api = server.withTypeProvider<ZodTypeProvider>();

  const release = { params: machineParam, body: endBody };
  api.post("/v1/machines/:name/unquarantine", { schema: release }, async (request, reply) => {
    const { author, reason } = request.body;
    return answer(reply, await unquarantine(controller, askerOf(request, author), request.params.name, reason));
  });

  // Looking reads every BMC once, so it is a write too: while retask only advises, it starts no process unasked.
  api.post("/v1/adoption", { schema: { body: adoptionBody } }, async (request, reply) => {
    const { author, reason, confirm, expect } = request.body;
    const table = await probeAdoption(controller);
    if (!table.ok) return sendRefusal(reply, table);
    if (!confirm) return { rows: table.value, adopted: null };
    const adopted = await adoptFleet(controller, askerOf(request, author), { rows: table.value, expect }, reason);
    return adopted.ok ? { rows: table.value, adopted: adopted.value } : sendRefusal(reply, adopted);
  });
}

function siteRoutes(server: FastifyInstance, { controller, keeper, links }: ApiOptions): void {
  const api = server.withTypeProvider<ZodTypeProvider>();

  api.post("/v1/configuration/accept", { schema: { body: acceptBody } }, async (request, reply) => {
    const { digest, author } = request.body;
    const asker = askerOf(request, author);
    const accepted = await (keeper?.accept(digest, `${author} (${asker.from})`) ?? NOTHING_WAITS);
    if (keeper !== null && accepted.ok) return keeper.status();
    // The keeper audits what it accepts, and knows nothing of what it refuses.
    const why = accepted.ok ? "" : accepted.why;
    const refused = `RTK_NOTHING_WAITS: ${why}`;
    await audit(controller, asker, { action: `accept ${digest}`, why: "", before: null, after: null, refused });
    return sendRefusal(reply, { code: "RTK_NOTHING_WAITS", why });
  });

  const repair = { schema: { body: repairBody }, bodyLimit: REPAIR_BODY_BYTES };
  api.post("/v1/links/repair", repair, async (request, reply) => {
    const { author, reason, machines } = request.body;
    if (links === null)
      return sendRefusal(reply, { code: "RTK_NO_LINKS", why: "the boot links are not on a disk here" });
    return { repaired: await repairLinks(controller, links, askerOf(request, author), machines, reason) };
  });
}

const NOTHING_WAITS = { ok: false, why: "the configuration never changes here" } as const;

const answer = <T>(reply: FastifyReply, result: ActionResult<T>) =>
  result.ok ? reply.send(result.value) : sendRefusal(reply, result);
