/** How a machine joins and leaves: its first boot link, network boot and power on; and its link, once it is off for good. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { prepareMachine } from "../control/prepare-machine.ts";
import { removeLink } from "../control/remove-link.ts";
import { machineNameSchema } from "../core/domain/names.ts";
import { linkRemovedAnswer, preparedAnswer } from "./answers/site-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { askerOf } from "./authorise.ts";
import { endBody, prepareBody } from "./bodies.ts";
import { described, type RequestTypes } from "./describe-route.ts";
import { sendRefusal } from "./problem.ts";

const params = z.object({ name: machineNameSchema });

export function joiningRoutes(server: FastifyInstance, { controller, links }: ApiOptions): void {
  const api = server.withTypeProvider<RequestTypes>();

  const prepare = described(
    {
      id: "prepareMachine",
      tag: "fleet",
      summary:
        "Gives a machine that is not adopted its first boot link, tells its BMC to boot by the network, starts it.",
      description: "Each step is answered for: done, found done, done without proof, or refused, and why.",
      answers: { 200: preparedAnswer },
      refuses: ["RTK_UNKNOWN_MACHINE", "RTK_ADOPTED", "RTK_NOT_ELIGIBLE", "RTK_STOPPED"],
    },
    { params, body: prepareBody },
  );
  api.post("/v1/machines/:name/prepare", { schema: prepare }, async (request, reply) => {
    const { author, reason, ...wanted } = request.body;
    const asked = { machine: request.params.name, ...wanted };
    const prepared = await prepareMachine(controller, askerOf(request, author), asked, reason);
    return prepared.ok ? { steps: prepared.value } : sendRefusal(reply, prepared);
  });

  const remove = described(
    {
      id: "removeLink",
      tag: "fleet",
      summary: "Takes away the boot link of a machine that is retiring and off, or of retired hardware.",
      answers: { 200: linkRemovedAnswer },
      refuses: ["RTK_UNKNOWN_MACHINE", "RTK_NOT_RETIRED", "RTK_LINK_KEPT", "RTK_NO_LINKS"],
    },
    { params, body: endBody },
  );
  api.delete("/v1/machines/:name/boot-link", { schema: remove }, async (request, reply) => {
    const { author, reason } = request.body;
    if (links === null)
      return sendRefusal(reply, { code: "RTK_NO_LINKS", why: "the boot links are not on a disk here" });
    const removed = await removeLink(controller, links, askerOf(request, author), request.params.name, reason);
    return removed.ok ? removed.value : sendRefusal(reply, removed);
  });
}
