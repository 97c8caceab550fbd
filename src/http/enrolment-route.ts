/** What was enrolled: each BMC's GUID and cipher suite, which `retask doctor` compares with what answers. */
import type { FastifyInstance } from "fastify";
import { enrolmentsAnswer } from "./answers/site-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { described, type RequestTypes } from "./describe-route.ts";

export function enrolmentRoute(server: FastifyInstance, { controller }: ApiOptions): void {
  const { store, configured } = controller;
  const schema = described({
    id: "listEnrolments",
    tag: "fleet",
    summary: "The GUID and cipher suite that were enrolled of each machine's BMC.",
    answers: { 200: enrolmentsAnswer },
  });
  server.withTypeProvider<RequestTypes>().get("/v1/enrolments", { schema }, async () => {
    const names = [...configured.site().machines.keys()];
    const found = await Promise.all(names.map(async (machine) => ({ machine, is: await store.enrolment(machine) })));
    const enrolments = found.flatMap(({ machine, is }) => (is === null ? [] : [{ machine, ...is }]));
    return { storeId: await store.storeId(), enrolments };
  });
}
