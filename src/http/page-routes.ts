/** Serves the page: what `npm run build` has put into dist/dashboard, and nothing that was not there at the start. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { sendProblem } from "./problem.ts";

/** Beside `src` and `dist`: the same place for the built program and for the source that tests run. */
const BUILT = fileURLToPath(new URL("../../dist/dashboard", import.meta.url));
const ASSETS = "/assets/";

/** The page's own files hold no data, so they need no token: a browser could send none with them. */
export const isPageRoute = (route: string): boolean =>
  route === "/" || route === "/index.html" || route.startsWith(ASSETS);

export async function pageRoutes(api: FastifyInstance): Promise<void> {
  if (!existsSync(`${BUILT}/index.html`)) {
    api.get("/", { schema: { hide: true } }, (_, reply) => sendProblem(reply, NOT_BUILT));
    return;
  }
  await api.register(fastifyStatic, {
    root: BUILT,
    // One route for each file that is there: no path of a request ever becomes a path on the disk.
    wildcard: false,
    cacheControl: false,
    // A hashed name always means the same content; index.html stays at `no-store`, which every answer has.
    setHeaders: (reply, path) => {
      if (path.includes(ASSETS)) reply.header("cache-control", "public, max-age=31536000, immutable");
    },
  });
}

const NOT_BUILT = {
  status: 503,
  code: "RTK_NO_PAGE",
  title: "no page",
  detail: "the page was not built: npm run build makes it; the API under /v1 works without it",
};
