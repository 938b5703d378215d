import { checkTraining, nextUnrollingKeys, type RandomKey, type Training } from "../random-key";

/** The direction of one run over time, and the key of its random numbers in a training run. */
export interface Direction {
  readonly reverse: boolean;
  readonly key: RandomKey | undefined;
}

/**
 * Returns both directions of one unrolling. They share its number and have different random numbers.
 *
 * @throws ArgumentError when `training` is wrong
 */
export function directionsOf(
  where: string,
  options: { readonly training?: Training },
): { forward: Direction; backward: Direction } {
  const training = options?.training;
  if (training !== undefined) checkTraining(where, training);
  const keys = training && nextUnrollingKeys(training);
  return { forward: { reverse: false, key: keys?.forward }, backward: { reverse: true, key: keys?.backward } };
}
