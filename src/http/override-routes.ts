/** Overrides: an operator's pauses, pins, forces and maintenance; each names its author, and is audited, refusals too. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { inTheWay } from "../control/held-back.ts";
import type { Asker } from "../control/operator-change.ts";
import { endOverride, setOverride } from "../control/override-actions.ts";
import { machineNameSchema, roleNameSchema } from "../core/domain/names.ts";
import { aim, type OverrideAct } from "../core/domain/override.ts";
import { endedAnswer, overrideSetAnswer } from "./answers/override-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { askerOf } from "./authorise.ts";
import {
  endBody,
  endOf,
  forceMachineBody,
  forceRoleBody,
  maintainBody,
  type OverrideBody,
  pauseBody,
  pinBody,
  resumeBody,
  roleForceOf,
} from "./bodies.ts";
import { described, type RequestTypes } from "./describe-route.ts";
import { sendRefusal } from "./problem.ts";
import { mismatch } from "./tags.ts";
import { overridesJson } from "./views.ts";

const machine = { params: z.object({ name: machineNameSchema }) };
const role = { params: z.object({ name: roleNameSchema }) };

const STORED = `The override is stored, which does not say that it was carried out: heldBack tells what keeps it from being
done as of now, conflicts what it contradicts, and who wins. One with the same aim replaces the older one; a count, a range
and a floor of one role are one aim.`;

type Checked = NonNullable<Parameters<typeof described>[1]>;

const setting = <const Request extends Checked>(
  id: string,
  summary: string,
  request: Request,
  refuses: string[] = [],
) =>
  described(
    {
      id,
      tag: "overrides",
      summary,
      description: STORED,
      answers: { 201: overrideSetAnswer },
      refuses: ["RTK_BAD_EXPIRY", "RTK_CHANGED", ...refuses],
    },
    request,
  );

const ending = <const Request extends Checked>(id: string, summary: string, request: Request) =>
  described(
    {
      id,
      tag: "overrides",
      summary,
      answers: { 200: endedAnswer },
      refuses: ["RTK_UNKNOWN_OVERRIDE", "RTK_CHANGED"],
    },
    request,
  );

interface Writes {
  readonly set: (request: FastifyRequest, reply: FastifyReply, act: OverrideAct, body: OverrideBody) => unknown;
  readonly end: (
    request: FastifyRequest,
    reply: FastifyReply,
    aimed: string,
    body: z.output<typeof endBody>,
  ) => unknown;
}

export function overrideRoutes(server: FastifyInstance, { controller }: ApiOptions): void {
  const asker = (request: FastifyRequest, author: string): Asker => ({
    ...askerOf(request, author),
    outdated: () => mismatch(request, overridesJson(controller).tag),
  });
  const writes: Writes = {
    /** The answer says at once what floors, limits and other orders keep back, so that nobody waits for what will not come. */
    set: async (request, reply, act, body) => {
      const { author, reason, overrideFloor } = body;
      // Null where it has none: a body that says neither is refused before, but for a pause until it is resumed.
      const expiresMs = endOf(body, controller.world.clock.wallMs());
      const order = { act, reason, expiresMs, overrideFloor };
      const result = await setOverride(controller, asker(request, author), order);
      if (!result.ok) return sendRefusal(reply, result);
      return reply.code(201).send({ ...result.value, ...inTheWay(controller, result.value) });
    },
    end: async (request, reply, aimed, { author, reason }) => {
      const result = await endOverride(controller, asker(request, author), aimed, reason);
      return result.ok ? reply.send(result.value) : sendRefusal(reply, result);
    },
  };
  pauseRoutes(server, writes);
  pinRoutes(server, writes);
  maintenanceRoutes(server, writes);
  forceRoutes(server, writes);
}

function pauseRoutes(server: FastifyInstance, { set, end }: Writes): void {
  const api = server.withTypeProvider<RequestTypes>();
  const unknown = ["RTK_UNKNOWN_MACHINE", "RTK_UNKNOWN_ROLE"];
  const pause = setting("pause", "Begins nothing new in the pool, a role or a machine.", { body: pauseBody }, unknown);
  api.post("/v1/pause", { schema: pause }, (request, reply) =>
    set(request, reply, { kind: "pause", scope: request.body.scope, direction: request.body.direction }, request.body),
  );
  const resume = ending("resume", "Ends a pause.", { body: resumeBody });
  api.delete("/v1/pause", { schema: resume }, (request, reply) =>
    end(request, reply, aim.pause(request.body.scope), request.body),
  );
}

function pinRoutes(server: FastifyInstance, { set, end }: Writes): void {
  const api = server.withTypeProvider<RequestTypes>();
  const pin = setting("pin", "Leaves a machine as it is.", { ...machine, body: pinBody }, ["RTK_UNKNOWN_MACHINE"]);
  api.put("/v1/overrides/pins/:name", { schema: pin }, (request, reply) =>
    set(request, reply, { kind: "pin", machine: request.params.name }, request.body),
  );
  const unpin = ending("unpin", "Ends a pin.", { ...machine, body: endBody });
  api.delete("/v1/overrides/pins/:name", { schema: unpin }, (request, reply) =>
    end(request, reply, aim.pin(request.params.name), request.body),
  );
}

function maintenanceRoutes(server: FastifyInstance, { set, end }: Writes): void {
  const api = server.withTypeProvider<RequestTypes>();
  const summary = "Drains a machine, switches it off or leaves it as it runs, and keeps it out.";
  const maintain = setting("maintain", summary, { ...machine, body: maintainBody }, ["RTK_UNKNOWN_MACHINE"]);
  api.put("/v1/overrides/maintenance/:name", { schema: maintain }, (request, reply) => {
    const act = { kind: "maintain", machine: request.params.name, power: request.body.power } as const;
    return set(request, reply, act, request.body);
  });
  const ended = ending("endMaintenance", "Ends a machine's maintenance: it is a spare again.", {
    ...machine,
    body: endBody,
  });
  api.delete("/v1/overrides/maintenance/:name", { schema: ended }, (request, reply) =>
    end(request, reply, aim.maintain(request.params.name), request.body),
  );
}

function forceRoutes(server: FastifyInstance, { set, end }: Writes): void {
  const api = server.withTypeProvider<RequestTypes>();
  const toRole = ["RTK_UNKNOWN_MACHINE", "RTK_UNKNOWN_ROLE", "RTK_NOT_ELIGIBLE"];
  const forcedMachine = { ...machine, body: forceMachineBody };
  const forceMachine = setting(
    "forceMachine",
    "Sends a machine to a role, or makes it a spare.",
    forcedMachine,
    toRole,
  );
  api.put("/v1/overrides/machines/:name", { schema: forceMachine }, (request, reply) => {
    const act = { kind: "forceMachine", machine: request.params.name, to: request.body.to } as const;
    return set(request, reply, act, request.body);
  });
  const unforceMachine = ending("unforceMachine", "Ends the force of a machine.", { ...machine, body: endBody });
  api.delete("/v1/overrides/machines/:name", { schema: unforceMachine }, (request, reply) =>
    end(request, reply, aim.forceMachine(request.params.name), request.body),
  );

  const forced = { ...role, body: forceRoleBody };
  const ofRole = ["RTK_UNKNOWN_ROLE", "RTK_BAD_COUNT", "RTK_BELOW_FLOOR"];
  const forceRole = setting("forceRole", "Gives a role a count of machines, a range, or a floor.", forced, ofRole);
  api.put("/v1/overrides/roles/:name", { schema: forceRole }, (request, reply) =>
    set(request, reply, roleForceOf(request.params.name, request.body), request.body),
  );
  const unforceRole = ending("unforceRole", "Ends the force of a role.", { ...role, body: endBody });
  api.delete("/v1/overrides/roles/:name", { schema: unforceRole }, (request, reply) =>
    end(request, reply, aim.forceRole(request.params.name), request.body),
  );
}
