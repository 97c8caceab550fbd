/** "did you mean": the known key that a mistyped one most likely stands for. */

/** At most a third of the letters may differ, and two at most: a worse guess misleads. */
export function suggestKey(wrong: string, known: readonly string[]): string | null {
  const most = Math.min(2, Math.max(1, Math.floor(wrong.length / 3)));
  const ranked = known
    .map((key) => ({ key, distance: editDistance(wrong.toLowerCase(), key.toLowerCase(), most) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.key ?? null;
}

/** Levenshtein's distance; anything beyond `most` is only known to be more. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...b].entries()) {
      const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? most + 1;
}
