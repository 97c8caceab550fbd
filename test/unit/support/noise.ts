/** Repeatable random numbers for processes of known law. */

/** Uniform numbers in [0, 1) from a seed (Marsaglia's xorshift32). */
function uniforms(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}

/** Standard normal numbers from a seed (Box & Muller 1958). */
export function normals(seed: number): () => number {
  const next = uniforms(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

const DAY = 1_440;

/** Machines needed, minute by minute: a day's wave of 8 to 24 with autoregressive noise of the given spread. */
export function wave(minutes: number, { spread = 0.05, seed = 7 }: { spread?: number; seed?: number } = {}): number[] {
  const normal = normals(seed);
  let noise = 0;
  return Array.from({ length: minutes }, (_, minute) => {
    noise = 0.8 * noise + spread * 0.6 * normal();
    return (16 - 8 * Math.cos((2 * Math.PI * minute) / DAY)) * Math.exp(noise);
  });
}
