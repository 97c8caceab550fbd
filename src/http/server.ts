/** The HTTP server: strict limits, one door for every write, and no answer that a browser on another site could use. */
import Fastify, { type FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import type { ApiOptions } from "./api-options.ts";
import { authorise, isOwnHost } from "./authorise.ts";
import { healthRoutes } from "./health-routes.ts";
import { sendProblem } from "./problem.ts";
import { readRoutes } from "./read-routes.ts";
import { writeRoutes } from "./write-routes.ts";

export type Api = FastifyInstance;
const MAX_BODY_BYTES = 65_536;
/** More than a page, a Prometheus and a few operators at once; a flood waits outside. */
const MAX_CONNECTIONS = 256;

export async function createApi(options: ApiOptions): Promise<Api> {
  const api = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: 10_000,
    connectionTimeout: 15_000,
    keepAliveTimeout: 5_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 128 },
    genReqId: () => "",
  }).withTypeProvider<ZodTypeProvider>();
  api.server.headersTimeout = 10_000;
  api.server.maxConnections = MAX_CONNECTIONS;
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);

  api.addHook("onRequest", async (request, reply) => {
    reply.header("cache-control", "no-store").header("x-content-type-options", "nosniff");
    reply.header("content-security-policy", "default-src 'self'");
    if (!isOwnHost(request, options.host)) {
      return sendProblem(reply, 421, "RTK_WRONG_HOST", "wrong host", `this server is not ${request.headers.host}`);
    }
    const refused = await authorise(request, options);
    if (refused !== null) return sendProblem(reply, refused.status, refused.code, refused.title, refused.detail);
    return undefined;
  });
  api.setNotFoundHandler((request, reply) =>
    sendProblem(reply, 404, "RTK_NO_SUCH_ROUTE", "no such route", `${request.method} ${request.url.slice(0, 200)}`),
  );
  api.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500)
      options.controller.logger.error({ err: error.message, route: request.routeOptions.url }, "request failed");
    // What an internal error says is for the log; what was wrong with the request is for the caller.
    const detail = status >= 500 ? "see the daemon's log" : error.message;
    return sendProblem(reply, status, status >= 500 ? "RTK_INTERNAL" : "RTK_BAD_REQUEST", "request failed", detail);
  });
  await api.register(async (instance) => healthRoutes(instance, options));
  await api.register(async (instance) => readRoutes(instance, options));
  await api.register(async (instance) => writeRoutes(instance, options));
  return api;
}
