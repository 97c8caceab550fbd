/** Everything that can be looked at. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { OperationId } from "../core/domain/names.ts";
import { machineNameSchema } from "../core/domain/names.ts";
import type { ApiOptions } from "./api-options.ts";
import { sendProblem } from "./problem.ts";
import { decisionView, finishedView, machineViews, operationView, roleView, statusView } from "./views.ts";

const page = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
  before: z.coerce.number().int().positive().optional(),
});
const MISSING = "RTK_NOT_FOUND";

export function readRoutes(server: FastifyInstance, options: ApiOptions): void {
  const api = server.withTypeProvider<ZodTypeProvider>();
  const { controller, keeper, links } = options;
  const { store } = controller;

  api.get("/v1/status", async () => statusView(controller, keeper?.status() ?? null));
  api.get("/v1/machines", async () => ({ machines: machineViews(controller) }));
  api.get(
    "/v1/machines/:name",
    { schema: { params: z.object({ name: machineNameSchema }) } },
    async (request, reply) => {
      const { name } = request.params;
      const machine = machineViews(controller).find((one) => one.name === name);
      if (machine === undefined)
        return sendProblem(reply, 404, MISSING, "no such machine", `fleet.yaml has no ${name}`);
      const history = await store.finishedOperations({ limit: 20, machine: name });
      return { ...machine, history: history.map(finishedView) };
    },
  );
  api.get("/v1/roles", async () => ({ roles: [...(controller.last?.decision.roles.values() ?? [])].map(roleView) }));
  api.get("/v1/roles/:name", { schema: { params: z.object({ name: z.string().max(64) }) } }, async (request, reply) => {
    const { name } = request.params;
    const role = [...(controller.last?.decision.roles.values() ?? [])].find((one) => one.role === name);
    if (role === undefined) return sendProblem(reply, 404, MISSING, "no such role", `there is no role ${name}`);
    return roleView(role);
  });
  api.get("/v1/plan", async (_, reply) => {
    if (controller.last === null) return sendProblem(reply, 503, "RTK_STARTING", "starting", "no tick has ended yet");
    return controller.last.plan;
  });
  api.get("/v1/decisions", { schema: { querystring: page } }, async ({ query }) => {
    const decisions = await store.decisions({ limit: query.limit, beforeMs: query.before });
    return { decisions: decisions.map((one) => ({ ...one, decision: decisionView(one.decision) })) };
  });
  api.get("/v1/operations", { schema: { querystring: page } }, async ({ query }) => {
    const finished = await store.finishedOperations({ limit: query.limit, beforeMs: query.before });
    const live = [...controller.state.operations.values()].map((operation) => operationView(controller, operation));
    return { operations: live, finished: finished.map(finishedView) };
  });
  api.get(
    "/v1/operations/:id",
    { schema: { params: z.object({ id: z.string().max(128) }) } },
    async (request, reply) => {
      const id = request.params.id as OperationId;
      const live = controller.state.operations.get(id);
      const intents = await store.intentsOf(id);
      if (live !== undefined) return { ...operationView(controller, live), intents };
      const machine = machineNameSchema.safeParse(id.replace(/-[^-]*$/, ""));
      const history = machine.success ? await store.finishedOperations({ limit: 1_000, machine: machine.data }) : [];
      const finished = history.find(({ operation }) => operation.id === id);
      if (finished === undefined)
        return sendProblem(reply, 404, MISSING, "no such operation", `there is no operation ${id}`);
      return { ...finishedView(finished), intents };
    },
  );
  api.get("/v1/overrides", async () => ({ overrides: controller.state.overrides }));
  api.get("/v1/configuration", async () => keeper?.status() ?? null);
  api.get("/v1/audit", { schema: { querystring: page } }, async ({ query }) => ({
    entries: await store.auditLog({ limit: query.limit, beforeId: query.before }),
  }));
  api.get("/v1/links", async (_, reply) => {
    if (links === null) return sendProblem(reply, 409, "RTK_NO_LINKS", "no boot links", "they are not on a disk here");
    const machines = [...controller.configured.site().machines.values()];
    const report = await links.inspect(machines, controller.world.clock.deadline(5_000));
    return report.ok
      ? report.value
      : sendProblem(reply, 503, "RTK_LINKS_UNREADABLE", "boot links can't be read", report.why);
  });
}
