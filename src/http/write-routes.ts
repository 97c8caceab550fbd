/** Everything that an operator may change; each needs a token, names its author, and is audited, refusals too. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import {
  type ActionResult,
  type Asker,
  adoptFleet,
  aimOf,
  endOverride,
  probeAdoption,
  setOverride,
  unquarantine,
} from "../control/operator-actions.ts";
import { repairLinks } from "../control/repair-links.ts";
import { machineNameSchema, roleNameSchema, SPARE } from "../core/domain/names.ts";
import type { OverrideAct } from "../core/domain/override.ts";
import { durationSchema } from "../core/domain/units.ts";
import type { ApiOptions } from "./api-options.ts";
import { tokenName } from "./authorise.ts";
import { sendProblem, sendRefusal } from "./problem.ts";

/** Shown in logs, terminals and pages: no control characters, no line breaks. */
const line = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, "expected one line without control characters");
const because = { author: line, reason: line };
/** Either is required: an override that never ends is one that nobody remembers. */
const expiry = { for: durationSchema.optional(), until: z.iso.datetime({ offset: true }).optional() };
const overrideBody = z.strictObject({ ...because, ...expiry, overrideFloor: z.boolean().default(false) });
const endBody = z.strictObject(because);
const machineParam = z.object({ name: machineNameSchema });
const roleParam = z.object({ name: roleNameSchema });
const pauseScope = z.union([
  z.literal("pool").transform(() => ({ kind: "pool" as const })),
  z.strictObject({ role: roleNameSchema }).transform(({ role }) => ({ kind: "role" as const, role })),
  z.strictObject({ machine: machineNameSchema }).transform(({ machine }) => ({ kind: "machine" as const, machine })),
]);

type OverrideBody = z.output<typeof overrideBody>;

export function writeRoutes(server: FastifyInstance, options: ApiOptions): void {
  overrideRoutes(server, options);
  siteRoutes(server, options);
}

function overrideRoutes(server: FastifyInstance, options: ApiOptions): void {
  const api = server.withTypeProvider<ZodTypeProvider>();
  const { controller } = options;

  const set = async (request: FastifyRequest, reply: FastifyReply, act: OverrideAct, body: OverrideBody) => {
    const nowMs = controller.world.clock.wallMs();
    const expiresMs = body.until !== undefined ? Date.parse(body.until) : nowMs + (body.for ?? 0);
    const { reason, overrideFloor } = body;
    const result = await setOverride(controller, askerOf(request, body.author), {
      act,
      reason,
      expiresMs,
      overrideFloor,
    });
    return answer(reply.code(201), result);
  };
  const end = async (request: FastifyRequest, reply: FastifyReply, aim: string, body: z.output<typeof endBody>) =>
    answer(reply, await endOverride(controller, askerOf(request, body.author), aim, body.reason));

  api.post("/v1/pause", { schema: { body: overrideBody.extend({ scope: pauseScope }) } }, (request, reply) => {
    const { scope, ...body } = request.body;
    return set(request, reply, { kind: "pause", scope }, body);
  });
  api.delete("/v1/pause", { schema: { body: endBody.extend({ scope: pauseScope }) } }, (request, reply) => {
    const { scope, ...body } = request.body;
    return end(request, reply, aimOf({ kind: "pause", scope }), body);
  });

  const pin = { params: machineParam };
  api.put("/v1/overrides/pins/:name", { schema: { ...pin, body: overrideBody } }, (request, reply) =>
    set(request, reply, { kind: "pin", machine: request.params.name }, request.body),
  );
  api.delete("/v1/overrides/pins/:name", { schema: { ...pin, body: endBody } }, (request, reply) =>
    end(request, reply, `pin-${request.params.name}`, request.body),
  );

  const force = overrideBody.extend({ to: z.union([z.literal(SPARE), roleNameSchema]) });
  api.put("/v1/overrides/machines/:name", { schema: { params: machineParam, body: force } }, (request, reply) => {
    const { to, ...body } = request.body;
    return set(request, reply, { kind: "forceMachine", machine: request.params.name, to }, body);
  });
  api.delete("/v1/overrides/machines/:name", { schema: { params: machineParam, body: endBody } }, (request, reply) =>
    end(request, reply, `force-${request.params.name}`, request.body),
  );

  const count = overrideBody.extend({ count: z.number().int().min(0).max(100_000) });
  api.put("/v1/overrides/roles/:name", { schema: { params: roleParam, body: count } }, (request, reply) => {
    const { count, ...body } = request.body;
    return set(request, reply, { kind: "forceCount", role: request.params.name, count }, body);
  });
  api.delete("/v1/overrides/roles/:name", { schema: { params: roleParam, body: endBody } }, (request, reply) =>
    end(request, reply, `force-${request.params.name}`, request.body),
  );
}

/** For the record: the author is as they call themselves, the token is what proves anything. */
const askerOf = (request: FastifyRequest, author: string): Asker => ({
  author,
  from: `http ${request.ip} token ${tokenName(request)}`,
});

function siteRoutes(server: FastifyInstance, options: ApiOptions): void {
  const api = server.withTypeProvider<ZodTypeProvider>();
  const { controller, keeper } = options;

  api.post(
    "/v1/machines/:name/unquarantine",
    { schema: { params: machineParam, body: endBody } },
    async (request, reply) => {
      const { author, reason } = request.body;
      return answer(reply, await unquarantine(controller, askerOf(request, author), request.params.name, reason));
    },
  );

  // Looking reads every BMC once, so it is a write too: while retask only advises, it starts no process unasked.
  const adoption = endBody.extend({ confirm: z.boolean().default(false) });
  api.post("/v1/adoption", { schema: { body: adoption } }, async (request, reply) => {
    const { author, reason, confirm } = request.body;
    const table = await probeAdoption(controller);
    if (!table.ok) return sendRefusal(reply, table);
    if (!confirm) return { rows: table.value, adopted: null };
    const adopted = await adoptFleet(controller, askerOf(request, author), table.value, reason);
    return adopted.ok ? { rows: table.value, adopted: adopted.value } : sendRefusal(reply, adopted);
  });

  const accept = z.strictObject({ author: line, digest: z.string().regex(/^[0-9a-f]{8,64}$/) });
  api.post("/v1/configuration/accept", { schema: { body: accept } }, async (request, reply) => {
    if (keeper === null) return sendProblem(reply, 409, "RTK_NOTHING_WAITS", "refused", "nothing waits for acceptance");
    const { digest, author } = request.body;
    const accepted = await keeper.accept(digest, author);
    return accepted.ok ? keeper.status() : sendRefusal(reply, { code: "RTK_NOTHING_WAITS", why: accepted.why });
  });

  const repair = endBody.extend({ machines: z.array(machineNameSchema).min(1).max(20_000) });
  api.post("/v1/links/repair", { schema: { body: repair } }, async (request, reply) => {
    const { author, reason, machines } = request.body;
    const { links } = options;
    if (links === null)
      return sendProblem(reply, 409, "RTK_NO_LINKS", "refused", "the boot links are not on a disk here");
    return { repaired: await repairLinks(controller, links, askerOf(request, author), machines, reason) };
  });
}

const answer = <T>(reply: FastifyReply, result: ActionResult<T>) =>
  result.ok ? reply.send(result.value) : sendRefusal(reply, result);
