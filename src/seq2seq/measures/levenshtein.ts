/** The least number of insertions, deletions and substitutions that make one sequence another (Wagner and Fischer 1974). */
export function levenshtein<T>(from: ArrayLike<T>, to: ArrayLike<T>): number {
  const row = Int32Array.from({ length: to.length + 1 }, (_, j) => j); // distances of the prefix of `from` to those of `to`
  for (let i = 0; i < from.length; i++) {
    let diagonal = i; // of the row before, one column before
    row[0] = i + 1;
    for (let j = 0; j < to.length; j++) {
      const above = row[j + 1] as number;
      const replaced = diagonal + (from[i] === to[j] ? 0 : 1);
      row[j + 1] = Math.min(replaced, above + 1, (row[j] as number) + 1);
      diagonal = above;
    }
  }
  return row[to.length] as number;
}

/** The length of the longest sequence that both have in the same order, not necessarily side by side. */
export function longestCommonSubsequence<T>(first: ArrayLike<T>, second: ArrayLike<T>): number {
  const row = new Int32Array(second.length + 1);
  for (let i = 0; i < first.length; i++) {
    let diagonal = 0;
    for (let j = 0; j < second.length; j++) {
      const above = row[j + 1] as number;
      row[j + 1] = first[i] === second[j] ? diagonal + 1 : Math.max(above, row[j] as number);
      diagonal = above;
    }
  }
  return row[second.length] as number;
}
