/** Which changes of retask.yaml a running daemon does not follow. */
import type { Settings } from "../../core/domain/settings.ts";

/** What the adapters are given once, at the start; the loop reads the rest anew at every tick, and commands what is their own. */
function fixedAtStart({
  mode: _mode,
  tick: _tick,
  images: _images,
  dhcp: _dhcp,
  beacon,
  bmc,
  ...others
}: Settings): Record<string, unknown> {
  const { maxAge: _maxAge, ...beaconFixed } = beacon;
  const { softOff: _softOff, ...bmcFixed } = bmc;
  return { ...others, beacon: beaconFixed, bmc: bmcFixed };
}

/** The keys of retask.yaml that take effect only at the next start. */
export function restartNeeded(running: Settings, accepted: Settings): string[] {
  const [before, after] = [fixedAtStart(running), fixedAtStart(accepted)];
  return Object.keys({ ...before, ...after }).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
}
