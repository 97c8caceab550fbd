/** A dead machine's name goes over to a spare's hardware: the proof before fleet.yaml is changed, and the boot after. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { bootReplacement, takeBack } from "../control/replacement/exchange-hardware.ts";
import { proveOff } from "../control/replacement/prove-off.ts";
import { machineNameSchema } from "../core/domain/names.ts";
import { provenOffAnswer, replacementAnswer } from "./answers/operation-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { askerOf } from "./authorise.ts";
import { proveOffBody, replacementBody } from "./bodies.ts";
import { described, type RequestTypes } from "./describe-route.ts";
import { sendRefusal } from "./problem.ts";

const params = z.object({ name: machineNameSchema });

const PROVE = `The dead machine's BMC must be the enrolled one and say off twice, no beacon may answer, and the spare must be off
as well; the spare is then pinned for an hour. \`retask replace\` changes fleet.yaml after this.`;

const REPLACE = `fleet.yaml in force must say so already: the machine has the spare's hardware, and the spare is retired. The board
at its BMC address must be the spare's, by its GUID, and off. Then an operation boots it in the role of the dead one, within
the limits of any other; it waits for no window. With undo, fleet.yaml must have put the hardware back.`;

export function replacementRoutes(server: FastifyInstance, { controller }: ApiOptions): void {
  const api = server.withTypeProvider<RequestTypes>();

  const prove = described(
    {
      id: "proveOff",
      tag: "fleet",
      summary: "Proves that a dead machine and the spare that shall replace it are off, and keeps the spare for it.",
      description: PROVE,
      answers: { 200: provenOffAnswer },
      refuses: [
        ...["RTK_UNKNOWN_MACHINE", "RTK_NOT_REPLACEABLE", "RTK_NOT_PROVEN_OFF", "RTK_HELD"],
        ...["RTK_STOPPED", "RTK_NOT_OBSERVED"],
      ],
    },
    { params, body: proveOffBody },
  );
  api.post("/v1/machines/:name/prove-off", { schema: prove }, async (request, reply) => {
    const { author, reason, ...wanted } = request.body;
    const asked = { machine: request.params.name, ...wanted };
    const proven = await proveOff(controller, askerOf(request, author), asked, reason);
    return proven.ok ? proven.value : sendRefusal(reply, proven);
  });

  const replace = described(
    {
      id: "replaceMachine",
      tag: "fleet",
      summary: "Boots a machine on the hardware that fleet.yaml now gives it, in the role of the dead one.",
      description: REPLACE,
      answers: { 202: replacementAnswer },
      refuses: [
        ...["RTK_NOT_EXCHANGED", "RTK_WRONG_HARDWARE", "RTK_NOT_PROVEN_OFF", "RTK_NOT_REPLACEABLE", "RTK_HELD"],
        ...["RTK_STOPPED", "RTK_NOT_OBSERVED"],
      ],
    },
    { params, body: replacementBody },
  );
  api.post("/v1/machines/:name/replacement", { schema: replace }, async (request, reply) => {
    const { author, reason, spare, unplugged, undo } = request.body;
    const exchange = { machine: request.params.name, spare };
    const asker = askerOf(request, author);
    if (undo) {
      const undone = await takeBack(controller, asker, exchange, reason);
      return undone.ok ? reply.code(202).send({ ...exchange, operation: null }) : sendRefusal(reply, undone);
    }
    const begun = await bootReplacement(controller, asker, { ...exchange, unplugged }, reason);
    if (!begun.ok) return sendRefusal(reply, begun);
    reply.header("location", `/v1/operations/${begun.value.id}`);
    return reply.code(202).send({ ...exchange, operation: begun.value.id });
  });
}
