/** `npm run lab` inside its namespaces: lets vitest's loader run run.ts, for Node 20 cannot run TypeScript. */
import { createViteServer } from "vitest/node";

const server = await createViteServer({
  configFile: false,
  logLevel: "error",
  server: { middlewareMode: true, ws: false },
});
await server.ssrLoadModule("/test/lab/run.ts");
