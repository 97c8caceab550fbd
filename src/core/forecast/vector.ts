/** The few kernels that all the arithmetic of forecast and plan is made of: dense vectors of numbers, unchecked for speed. */

/** The element; outside the vector it is NaN, which poisons the result instead of passing for a zero. */
export const at = (vector: Float64Array, index: number): number => vector[index] as number;

export function add(vector: Float64Array, index: number, amount: number): void {
  vector[index] = (vector[index] as number) + amount;
}

/** Σ a[i]·b[i] over the length of `a`. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Multiplies every element. */
export function scale(vector: Float64Array, factor: number): void {
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) * factor;
}

export const clamp = (value: number, low: number, high: number): number =>
  value < low ? low : value > high ? high : value;

export const zeros = (length: number): Float64Array => new Float64Array(length);
