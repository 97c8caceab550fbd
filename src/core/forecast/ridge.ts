/** Ridge regression whose observations are forgotten exponentially: sums in, coefficients out. */
import { add, scale, zeros } from "./vector.ts";

/** The sufficient statistics of a weighted least-squares problem: XᵀWX (upper half, row by row) and XᵀWy. */
export interface Gram {
  readonly size: number;
  readonly products: Float64Array;
  readonly targets: Float64Array;
}

/** `size`: features of a row; the first must be the constant 1, so that its product counts the rows. */
export const createGram = (size: number): Gram => ({ size, products: zeros(size * size), targets: zeros(size) });

export function addRow({ size, products, targets }: Gram, row: Float64Array, target: number, weight: number): void {
  for (let i = 0; i < size; i++) {
    const x = (row[i] as number) * weight;
    if (x === 0) continue;
    add(targets, i, x * target);
    const start = i * size;
    for (let k = i; k < size; k++) products[start + k] = (products[start + k] as number) + x * (row[k] as number);
  }
}

/** Moves all rows of `from` into each of `into`. */
export function pour(from: Gram, into: readonly Gram[]): void {
  for (const { products, targets } of into) {
    for (let i = 0; i < products.length; i++) products[i] = (products[i] as number) + (from.products[i] as number);
    for (let i = 0; i < targets.length; i++) targets[i] = (targets[i] as number) + (from.targets[i] as number);
  }
  from.products.fill(0);
  from.targets.fill(0);
}

/** Old rows count `factor` times as much from here on. */
export function forget({ products, targets }: Gram, factor: number): void {
  scale(products, factor);
  scale(targets, factor);
}

/** The weight of all rows. */
export const weightOf = ({ products }: Gram): number => products[0] as number;

export interface Penalty {
  /** Of each feature's own sum of squares. */
  readonly relative: number;
  /** Of the rows' weight, for features that hardly ever vary. */
  readonly absolute: number;
}

/** The constant is a level, not an effect: it is hardly shrunk. */
const CONSTANT_SHARE = 0.01;

/**
 * Coefficients that minimise Σ w (y − βᵀx)² + Σ λᵢ βᵢ² (Hoerl & Kennard 1970), by a Cholesky factorisation.
 * `factor` is scratch of size × size.
 */
export function solveRidge(gram: Gram, penalty: Penalty, beta: Float64Array, factor: Float64Array): void {
  const { size, products, targets } = gram;
  const floor = penalty.absolute * weightOf(gram) + 1e-12;
  for (let i = 0; i < size; i++) {
    const row = i * size;
    for (let j = 0; j <= i; j++) {
      let sum = products[j * size + i] as number;
      if (i === j) sum += penalty.relative * sum * (i === 0 ? CONSTANT_SHARE : 1) + floor;
      const other = j * size;
      for (let k = 0; k < j; k++) sum -= (factor[row + k] as number) * (factor[other + k] as number);
      factor[row + j] = i === j ? Math.sqrt(Math.max(sum, floor)) : sum / (factor[other + j] as number);
    }
  }
  for (let i = 0; i < size; i++) {
    let sum = targets[i] as number;
    for (let k = 0; k < i; k++) sum -= (factor[i * size + k] as number) * (beta[k] as number);
    beta[i] = sum / (factor[i * size + i] as number);
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = beta[i] as number;
    for (let k = i + 1; k < size; k++) sum -= (factor[k * size + i] as number) * (beta[k] as number);
    beta[i] = sum / (factor[i * size + i] as number);
  }
}
