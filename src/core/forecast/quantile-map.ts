/** How a lead's revisions are spread when they are not normal: a table from a normal deviate to the lead's own. */
import type { ErrorLaw } from "./error-law.ts";
import { normalQuantile } from "./normal.ts";
import { zeros } from "./vector.ts";

/** Normal deviates from −4 to 4 in tenths. */
const REACH = 4;
const PER_UNIT = 10;
const LENGTH = 2 * REACH * PER_UNIT + 1;

/** Beyond the outermost bins the tail goes on with this share of the spread for each deviate. */
const TAIL_SLOPE = 0.5;

export type QuantileMap = Float64Array;

const deviate = (index: number): number => index / PER_UNIT - REACH;

/** Density weights of the table's deviates. */
const DENSITY = Float64Array.from({ length: LENGTH }, (_, index) => Math.exp((-deviate(index) * deviate(index)) / 2));
const DENSITY_SUM = DENSITY.reduce((sum, weight) => sum + weight, 0);

/** The law's quantile function after the normal's, shifted and scaled to mean 0 and variance 1 (a Gaussian copula's margin). */
export function quantileMapOf({ bins, spread, bias }: ErrorLaw): QuantileMap {
  const middles = Float64Array.from(bins, (_, bin) => normalQuantile((bin + 0.5) / bins.length));
  const map = zeros(LENGTH);
  let bin = 0;
  for (let index = 0; index < LENGTH; index++) {
    const z = deviate(index);
    while (bin < bins.length - 2 && (middles[bin + 1] as number) < z) bin += 1;
    const share = (z - (middles[bin] as number)) / ((middles[bin + 1] as number) - (middles[bin] as number));
    const last = bins.length - 1;
    const tail = (edge: number): number =>
      (bins[edge] as number) + (z - (middles[edge] as number)) * TAIL_SLOPE * spread;
    const inside = (bins[bin] as number) + share * ((bins[bin + 1] as number) - (bins[bin] as number));
    map[index] = ((share > 1 ? tail(last) : share < 0 ? tail(0) : inside) - bias) / spread;
  }
  return standardise(map);
}

function standardise(map: Float64Array): QuantileMap {
  let mean = 0;
  let square = 0;
  for (let index = 0; index < LENGTH; index++) {
    mean += ((DENSITY[index] as number) * (map[index] as number)) / DENSITY_SUM;
    square += ((DENSITY[index] as number) * (map[index] as number) ** 2) / DENSITY_SUM;
  }
  const factor = 1 / Math.sqrt(Math.max(1e-9, square - mean * mean));
  return map.map((value) => (value - mean) * factor);
}

/** The lead's own deviate for a normal one; linear between the table's, constant beyond them. */
export function mapDeviate(map: QuantileMap, z: number): number {
  const place = Math.max(0, Math.min(LENGTH - 1.001, (z + REACH) * PER_UNIT));
  const index = Math.floor(place);
  return (map[index] as number) + (place - index) * ((map[index + 1] as number) - (map[index] as number));
}
