/** The pool as it is now: status, machines, roles, plan, rota, overrides, configuration. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { machineNameSchema, roleNameSchema } from "../core/domain/names.ts";
import { countBetween } from "../core/domain/units.ts";
import { machineAnswer, machinesAnswer } from "./answers/machine-answers.ts";
import { overridesAnswer } from "./answers/override-answers.ts";
import { plan, role, rolesAnswer, rotaAnswer } from "./answers/pool-answers.ts";
import { configurationAnswer, statusAnswer } from "./answers/site-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { described, type RequestTypes } from "./describe-route.ts";
import { nextPage } from "./pages.ts";
import { notFound, starting } from "./problem.ts";
import { sendTagged } from "./tags.ts";
import {
  configurationJson,
  finishedView,
  machinesAfter,
  machinesJson,
  oneMachineView,
  overridesJson,
  roleView,
  rotaView,
  statusView,
} from "./views.ts";

/** All of them unless fewer are asked for: the page shows every machine. */
const machinesPage = z.strictObject({
  limit: z.coerce.number().pipe(countBetween(1, 20_000)).default(20_000).describe("1 to 20,000."),
  after: machineNameSchema.optional().describe("The last machine of the page before, as `next` has it."),
});
const byMachine = { params: z.object({ name: machineNameSchema }) };
const byRole = { params: z.object({ name: roleNameSchema }) };

export function readRoutes(server: FastifyInstance, options: ApiOptions): void {
  machineRoutes(server, options);
  roleRoutes(server, options);
  planRoutes(server, options);
}

function machineRoutes(server: FastifyInstance, { controller, keeper }: ApiOptions): void {
  const api = server.withTypeProvider<RequestTypes>();

  const status = described({
    id: "getStatus",
    tag: "pool",
    summary: "The pool at a glance: healthy, or why not.",
    answers: { 200: statusAnswer },
  });
  api.get("/v1/status", { schema: status }, async () => statusView(controller, keeper?.status() ?? null));

  const machines = described(
    {
      id: "listMachines",
      tag: "pool",
      summary: "Machines in the fleet's order.",
      answers: { 200: machinesAnswer },
      refuses: ["RTK_NOT_FOUND"],
    },
    { querystring: machinesPage },
  );
  api.get("/v1/machines", { schema: machines }, async ({ query }, reply) => {
    const { limit, after } = query;
    if (after === undefined && limit >= controller.configured.site().machines.size) {
      return sendTagged(reply, machinesJson(controller));
    }
    const page = machinesAfter(controller, after ?? null, limit);
    if (page === null) return notFound(reply, "no such machine", `fleet.yaml has no ${after} any more; begin anew`);
    const { machines, isLast } = page;
    return { machines, next: isLast ? null : nextPage("/v1/machines", limit, limit, machines.at(-1)?.name) };
  });

  const machine = described(
    {
      id: "getMachine",
      tag: "pool",
      summary: "One machine, with its last operations.",
      answers: { 200: machineAnswer },
      refuses: ["RTK_NOT_FOUND"],
    },
    byMachine,
  );
  api.get("/v1/machines/:name", { schema: machine }, async (request, reply) => {
    const { name } = request.params;
    const found = controller.configured.site().machines.get(name);
    if (found === undefined) return notFound(reply, "no such machine", `fleet.yaml has no ${name}`);
    const history = await controller.store.finishedOperations({ limit: 20, machine: name });
    return { ...oneMachineView(controller, found), history: history.map(finishedView) };
  });
}

function roleRoutes(server: FastifyInstance, { controller }: ApiOptions): void {
  const api = server.withTypeProvider<RequestTypes>();

  const roles = described({
    id: "listRoles",
    tag: "pool",
    summary: "What each role has, wants and gets, and why.",
    answers: { 200: rolesAnswer },
    refuses: ["RTK_STARTING"],
  });
  api.get("/v1/roles", { schema: roles }, async (_, reply) => {
    const { last } = controller;
    return last === null ? starting(reply) : { roles: [...last.decision.roles.values()].map(roleView) };
  });

  const one = described(
    {
      id: "getRole",
      tag: "pool",
      summary: "One role.",
      answers: { 200: role },
      refuses: ["RTK_STARTING", "RTK_NOT_FOUND"],
    },
    byRole,
  );
  api.get("/v1/roles/:name", { schema: one }, async (request, reply) => {
    const { name } = request.params;
    const found = controller.last?.decision.roles.get(name);
    if (found !== undefined) return roleView(found);
    // A role that was written a moment ago is first decided on by the next tick.
    if (controller.configured.site().policies.has(name)) return starting(reply);
    return notFound(reply, "no such role", `there is no role ${name} in the policies`);
  });
}

function planRoutes(server: FastifyInstance, { controller, keeper }: ApiOptions): void {
  const api = server.withTypeProvider<RequestTypes>();

  const shown = described({
    id: "getPlan",
    tag: "pool",
    summary: "The last tick's plan: what it moves, calls off and leaves undone.",
    answers: { 200: plan },
    refuses: ["RTK_STARTING"],
  });
  api.get("/v1/plan", { schema: shown }, async (_, reply) => controller.last?.plan ?? starting(reply));

  const rota = described({
    id: "getRota",
    tag: "pool",
    summary: "The planned counts of the coming day, by half hours.",
    description:
      "With what can't be held, each role's expected demand, moves and costs. Planned at most every three minutes.",
    answers: { 200: rotaAnswer },
    refuses: ["RTK_STARTING"],
  });
  api.get("/v1/rota", { schema: rota }, async (_, reply) => {
    const coming = controller.rota.current(controller);
    return coming === null ? starting(reply) : rotaView(coming);
  });

  const overrides = described({
    id: "listOverrides",
    tag: "overrides",
    summary: "The overrides in force.",
    answers: { 200: overridesAnswer },
  });
  api.get("/v1/overrides", { schema: overrides }, async (_, reply) => sendTagged(reply, overridesJson(controller)));

  const configuration = described({
    id: "getConfiguration",
    tag: "fleet",
    summary: "The configuration in force, what is wrong with the files, and what waits.",
    answers: { 200: configurationAnswer },
  });
  api.get("/v1/configuration", { schema: configuration }, async (_, reply) =>
    sendTagged(reply, configurationJson(keeper)),
  );
}
