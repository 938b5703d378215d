/** The places of each dtype. @param isMeant which places are meant. Default: all. */
export function byDtype(dtypes: readonly number[], isMeant: (i: number) => boolean = () => true): number[][] {
  const places = new Map<number, number[]>();
  for (const [i, dtype] of dtypes.entries()) {
    if (!isMeant(i)) continue;
    const known = places.get(dtype);
    if (known === undefined) places.set(dtype, [i]);
    else known.push(i);
  }
  return [...places.values()];
}
