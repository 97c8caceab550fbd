/** A farm that advises, with proposals in its plan. */
import { type Bench, type BenchOptions, BY, startBench } from "../../unit/http/support/bench.ts";

export interface Shown {
  readonly id: string;
  readonly moves: readonly { readonly machine: string; readonly from: string; readonly to: string }[];
}

export const advising = (options: BenchOptions = {}): Promise<Bench> =>
  startBench({ mode: () => "advise", ...options });

/** A farm that advises, whose web role wants more than it has. */
export async function withProposals(options: BenchOptions = {}): Promise<Bench & { readonly shown: Shown }> {
  const bench = await advising(options);
  bench.load.sessions = 600;
  await bench.simulation.runFor(240_000);
  return { ...bench, shown: await planOf(bench) };
}

export const planOf = async ({ get }: Bench): Promise<Shown> => (await get("/v1/plan")).body as unknown as Shown;
export const apply = (bench: Bench, id: string, more: object = {}) =>
  bench.send("POST", `/v1/plan/${id}/apply`, { ...BY, ...more });
