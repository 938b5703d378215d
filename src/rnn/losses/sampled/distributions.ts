import type { Philox } from "./philox";

/** A distribution over the classes 0 … rangeMax − 1. */
export interface Distribution {
  draw(random: Philox): number;
  /** The probability of a class, rounded to float32 as in TensorFlow. */
  probabilityOf(value: number): number;
}

/** P(c) = (log(c + 2) − log(c + 1)) / log(rangeMax + 1): Zipf's law, for classes in order of falling frequency. */
export function logUniform(rangeMax: number): Distribution {
  const logRange = Math.log1p(rangeMax);
  return {
    draw: (random) => Math.floor(Math.exp(random.double() * logRange) - 1) % rangeMax,
    probabilityOf: (value) => Math.fround(Math.log((value + 2) / (value + 1)) / logRange),
  };
}

/** P(c) = 1 / rangeMax */
export function uniform(rangeMax: number): Distribution {
  const probability = Math.fround(1 / rangeMax);
  return { draw: (random) => random.uniform64(rangeMax), probabilityOf: () => probability };
}

/** The sum of weights in float32, as TensorFlow adds them up. */
export const totalOf = (weights: Float32Array): number =>
  weights.reduce((total, weight) => Math.fround(total + weight), 0);

/** P(c) = weights[c] / Σ weights, drawn in constant time by an alias table (Vose 1991, doi:10.1109/32.92917). */
export function weighted(weights: Float32Array): Distribution {
  const total = totalOf(weights);
  const { keep, alias } = aliasTable(weights);
  const draw = (random: Philox) => {
    const kept = random.float(); // before the column, as TensorFlow draws them
    const column = random.uniform32(weights.length);
    return kept < (keep[column] as number) ? column : (alias[column] as number);
  };
  return { draw, probabilityOf: (value) => Math.fround((weights[value] as number) / total) };
}

/**
 * Every class has a column of the same width. The share `keep` of the column is the class's own; the rest belongs to one
 * other class, `alias`. The pairs are made in TensorFlow's order, because draws depend on it.
 */
function aliasTable(weights: Float32Array): { keep: Float32Array; alias: Int32Array } {
  const size = weights.length;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const shares = Float64Array.from(weights, (weight) => Math.fround(weight * size) / sum);
  const [high, low]: [number[], number[]] = [[], []];
  shares.forEach((share, i) => {
    (share < 1 ? low : high).push(i);
  });
  const alias = Int32Array.from(weights, (_, i) => i);
  while (high.length > 0 && low.length > 0) {
    const [to, from] = [low.pop() as number, high.pop() as number];
    alias[to] = from;
    shares[from] = (shares[from] as number) - (1 - (shares[to] as number));
    ((shares[from] as number) < 1 ? low : high).push(from);
  }
  for (const i of [...high, ...low]) shares[i] = 1; // what rounding left over
  return { keep: Float32Array.from(shares), alias };
}
