/** What a route knows no way to do is 405 with the ways it knows, not 404: the path was right. */
import type { FastifyInstance } from "fastify";
import { sendProblem } from "./problem.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** Call before the routes are registered; the answer, called after them, adds what they leave open. */
export function refuseOtherMethods(api: FastifyInstance): () => void {
  const known = new Map<string, Set<string>>();
  api.addHook("onRoute", ({ url, method }) => {
    const methods = known.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    known.set(url, methods);
  });
  return () => {
    for (const [url, methods] of [...known]) {
      const allow = [...methods].sort().join(", ");
      const others = METHODS.filter((method) => !methods.has(method));
      api.route({
        method: [...others],
        url,
        schema: { hide: true },
        // Before any body is read; the door's own hook has run by then.
        onRequest: async (request, reply) => {
          const detail = `${request.method} is not possible here; possible are ${allow}`;
          reply.header("allow", allow);
          return sendProblem(reply, { status: 405, code: "RTK_WRONG_METHOD", title: "wrong method", detail });
        },
        handler: () => {},
      });
    }
  };
}
