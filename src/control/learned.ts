/** What the daemon learned and would otherwise learn anew at each start: how many series a selector should match. */
import type { Logger } from "pino";
import { z } from "zod";
import type { RoleName } from "../core/domain/names.ts";
import type { Store } from "../store/store.ts";
import type { PrometheusLoadMeter } from "../world/load/prometheus.ts";

const KEY = "expected-series";
const SAVE_MS = 600_000;

const roleShape = z.string().transform((name) => name as RoleName);
const seenShape = z.object({
  selector: z.string(),
  seen: z.array(z.object({ ageMs: z.number(), most: z.number() })).max(1_000),
});

/** Restores it now and saves it every ten minutes. The answer saves once more, and stops. */
export async function rememberLearned(store: Store, meter: PrometheusLoadMeter | null, logger: Logger) {
  if (meter === null) return async () => {};
  const stored = z.map(roleShape, seenShape).safeParse(await store.setting(KEY));
  if (stored.success) meter.restoreExpectedSeries(stored.data);

  const save = (): Promise<void> =>
    store.saveSetting(KEY, meter.expectedSeries()).catch((error: unknown) => {
      logger.warn({ why: String(error) }, "expected series can't be stored; they are learned again after a restart");
    });
  const timer = setInterval(() => void save(), SAVE_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await save();
  };
}
