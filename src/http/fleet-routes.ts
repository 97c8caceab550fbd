/** What an operator does to the fleet: quarantine, adoption, configuration, boot links. Each is audited, refusals too. */
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { adoptFleet, probeAdoption, unquarantine } from "../control/operator-actions.ts";
import { type ActionResult, audit } from "../control/operator-change.ts";
import { repairLinks } from "../control/repair-links.ts";
import { machineNameSchema } from "../core/domain/names.ts";
import {
  adoptionAnswer,
  adoptionRow,
  configurationStatus,
  linksAnswer,
  repairedAnswer,
} from "./answers/site-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { askerOf } from "./authorise.ts";
import { acceptBody, adoptionBody, endBody, repairBody } from "./bodies.ts";
import { described, type RequestTypes } from "./describe-route.ts";
import { enrolmentRoute } from "./enrolment-route.ts";
import { NO_LINKS, sendProblem, sendRefusal } from "./problem.ts";
import { mismatch } from "./tags.ts";
import { configurationJson } from "./views.ts";

/** Every machine of a big pool, by name. */
const REPAIR_BODY_BYTES = 1_048_576;

export function fleetRoutes(server: FastifyInstance, options: ApiOptions): void {
  machineRoutes(server, options);
  configurationRoute(server, options);
  linkRoutes(server, options);
  enrolmentRoute(server, options);
}

function machineRoutes(server: FastifyInstance, { controller }: ApiOptions): void {
  const api = server.withTypeProvider<RequestTypes>();

  const release = described(
    {
      id: "unquarantine",
      tag: "fleet",
      summary: "Lets a machine out of quarantine, as what it now is.",
      answers: { 200: adoptionRow },
      refuses: ["RTK_UNKNOWN_MACHINE", "RTK_NOT_QUARANTINED", "RTK_STILL_SICK", "RTK_NOT_OBSERVED"],
    },
    { params: z.object({ name: machineNameSchema }), body: endBody },
  );
  api.post("/v1/machines/:name/unquarantine", { schema: release }, async (request, reply) => {
    const { author, reason } = request.body;
    return answer(reply, await unquarantine(controller, askerOf(request, author), request.params.name, reason));
  });

  // Looking reads every BMC once, so it is a write too: while retask only advises, it starts no process unasked.
  const adoption = described(
    {
      id: "adopt",
      tag: "fleet",
      summary: "What adopting would record of each machine; with `confirm` it is recorded.",
      description: "Reads every unadopted machine's BMC once, and waits for the slowest.",
      answers: { 200: adoptionAnswer },
      refuses: ["RTK_NOT_OBSERVED", "RTK_NOTHING_TO_ADOPT", "RTK_ADOPTION_CHANGED"],
    },
    { body: adoptionBody },
  );
  api.post("/v1/adoption", { schema: adoption }, async (request, reply) => {
    const { author, reason, confirm, expect } = request.body;
    const table = await probeAdoption(controller);
    if (!table.ok) return sendRefusal(reply, table);
    if (!confirm) return { rows: table.value, adopted: null };
    const adopted = await adoptFleet(controller, askerOf(request, author), { rows: table.value, expect }, reason);
    return adopted.ok ? { rows: table.value, adopted: adopted.value } : sendRefusal(reply, adopted);
  });
}

function configurationRoute(server: FastifyInstance, { controller, keeper }: ApiOptions): void {
  const api = server.withTypeProvider<RequestTypes>();
  const schema = described(
    {
      id: "acceptConfiguration",
      tag: "fleet",
      summary: "Puts the configuration that waits into force.",
      answers: { 200: configurationStatus },
      refuses: ["RTK_NOTHING_WAITS", "RTK_CHANGED"],
    },
    { body: acceptBody },
  );
  api.post("/v1/configuration/accept", { schema }, async (request, reply) => {
    const { digest, author } = request.body;
    const asker = askerOf(request, author);
    const refuse = async (code: string, why: string) => {
      // The keeper audits what it accepts, and knows nothing of what it refuses.
      const refused = `${code}: ${why}`;
      await audit(controller, asker, { action: `accept ${digest}`, why: "", before: null, after: null, refused });
      return sendRefusal(reply, { code, why });
    };
    const outdated = mismatch(request, configurationJson(keeper).tag);
    if (outdated !== null) return refuse("RTK_CHANGED", outdated);
    if (keeper === null) return refuse("RTK_NOTHING_WAITS", "the configuration never changes here");
    const accepted = await keeper.accept(digest, `${author} (${asker.from})`);
    return accepted.ok ? keeper.status() : refuse("RTK_NOTHING_WAITS", accepted.why);
  });
}

function linkRoutes(server: FastifyInstance, { controller, links }: ApiOptions): void {
  const api = server.withTypeProvider<RequestTypes>();

  const report = described({
    id: "listLinks",
    tag: "fleet",
    summary: "Every boot link, what stands beside it, and what is odd about it.",
    answers: { 200: linksAnswer },
    refuses: ["RTK_NO_LINKS", "RTK_LINKS_UNREADABLE"],
  });
  api.get("/v1/links", { schema: report }, async (_, reply) => {
    if (links === null) return sendRefusal(reply, NO_LINKS);
    const machines = [...controller.configured.site().machines.values()];
    const found = await links.inspect(machines, controller.world.clock.deadline(5_000));
    if (found.ok) return found.value;
    const title = "boot links can't be read";
    return sendProblem(reply, { status: 503, code: "RTK_LINKS_UNREADABLE", title, detail: found.why });
  });

  const repair = described(
    {
      id: "repairLinks",
      tag: "fleet",
      summary: "Points the named machines' links at the image that is recorded for each.",
      description: "1 MiB of names at most. Each machine is answered for, with changed, unchanged or refused, and why.",
      answers: { 200: repairedAnswer },
      refuses: ["RTK_NO_LINKS"],
    },
    { body: repairBody },
  );
  api.post("/v1/links/repair", { schema: repair, bodyLimit: REPAIR_BODY_BYTES }, async (request, reply) => {
    const { author, reason, machines } = request.body;
    if (links === null) return sendRefusal(reply, NO_LINKS);
    return { repaired: await repairLinks(controller, links, askerOf(request, author), machines, reason) };
  });
}

const answer = <T>(reply: FastifyReply, result: ActionResult<T>) =>
  result.ok ? reply.send(result.value) : sendRefusal(reply, result);
