/** Runs a TypeScript program of the lab inside its namespaces, by vitest's loader, for Node 20 cannot:  run.mjs PROGRAM [options] */
import { createViteServer } from "vitest/node";

const [program = ""] = process.argv.splice(2, 1);
const server = await createViteServer({
  configFile: false,
  logLevel: "error",
  server: { middlewareMode: true, ws: false },
});
await server.ssrLoadModule(program);
