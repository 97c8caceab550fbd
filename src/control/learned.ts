/** What the daemon learned and would otherwise learn anew at each start: how many series a selector should match. */
import type { Logger } from "pino";
import { z } from "zod";
import type { RoleName } from "../core/domain/names.ts";
import type { Store } from "../store/store.ts";
import type { PrometheusLoadMeter } from "../world/load/prometheus.ts";

const KEY = "expected-series";
/** A killed daemon that had forgotten the second of two proxies would take half of the demand for all of it (S2). */
const LOOK_MS = 5_000;
/** Ages alone may be so old in the store: it is a memory of 24 hours. */
const LOOKS_PER_SAVE = 120;

const roleShape = z.string().transform((name) => name as RoleName);
const seenShape = z.object({
  selector: z.string(),
  seen: z.array(z.object({ ageMs: z.number(), most: z.number() })).max(1_000),
});

/** Restores it now, saves it within seconds of a change, and every ten minutes. The answer saves once more, and stops. */
export async function rememberLearned(store: Store, meter: PrometheusLoadMeter | null, logger: Logger) {
  if (meter === null) return async () => {};
  const stored = z.map(roleShape, seenShape).safeParse(await store.setting(KEY));
  if (stored.success) meter.restoreExpectedSeries(stored.data);

  let [looks, saved] = [0, countsOf(meter)];
  const save = async (): Promise<void> => {
    const counts = countsOf(meter);
    try {
      await store.saveSetting(KEY, meter.expectedSeries());
      saved = counts;
    } catch (error) {
      logger.warn({ why: String(error) }, "expected series can't be stored; they are learned again after a restart");
    }
  };
  const timer = setInterval(() => {
    looks += 1;
    if (looks % LOOKS_PER_SAVE === 0 || countsOf(meter) !== saved) void save();
  }, LOOK_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await save();
  };
}

/** All but the ages, which change by themselves. */
const countsOf = (meter: PrometheusLoadMeter): string =>
  JSON.stringify(
    [...meter.expectedSeries()].map(([role, { selector, seen }]) => [role, selector, seen.map((s) => s.most)]),
  );
