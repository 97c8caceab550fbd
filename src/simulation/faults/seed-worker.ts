/** One core of the fault simulator: runs the seeds that it is sent, one after another, and sends back what came of each. */
import { parentPort } from "node:worker_threads";
import { runSeed } from "./run-seed.ts";

parentPort?.on("message", (seed: number) => {
  void runSeed(seed).then(
    (result) => parentPort?.postMessage(result),
    // A crash of the simulator or the controller is a finding, too; the parent names the seed.
    (error: unknown) => parentPort?.postMessage({ seed, crash: error instanceof Error ? error.stack : String(error) }),
  );
});
