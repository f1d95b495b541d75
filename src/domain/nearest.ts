/**
 * The names of a list that someone may have meant, best first: at most `limit`, by Damerau-Levenshtein distance
 * (optimal string alignment) without regard to case; names that contain the wanted one, or begin it, count as near.
 */
export function nearest(wanted: string, names: readonly string[], limit = 3): readonly string[] {
  const target = wanted.toLowerCase();
  const tolerated = Math.max(1, Math.floor(target.length / 3));
  return names
    .map((name) => ({ name, distance: score(target, name.toLowerCase(), tolerated) }))
    .filter(({ distance }) => distance <= tolerated)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name);
}

function score(target: string, name: string, tolerated: number): number {
  const distance = editDistance(target, name);
  const partOf = target.length >= 3 && (name.includes(target) || (name.length >= 3 && target.includes(name)));
  return partOf ? Math.min(distance, tolerated) : distance;
}

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
