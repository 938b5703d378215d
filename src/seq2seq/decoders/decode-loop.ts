import * as tf from "../../tf";

export interface LoopTurn {
  readonly results: tf.Tensor[];
  readonly loopVars: tf.Tensor[];
}

/** A loop of at most `most` turns, run eagerly. Results are padded to `most` with 0. */
export function decodeLoop(
  goesOn: (loopVars: tf.Tensor[]) => tf.Tensor,
  turn: (loopVars: tf.Tensor[], time: tf.Scalar) => LoopTurn,
  loopVars: tf.Tensor[],
  most: number,
): LoopTurn {
  let now = loopVars;
  const made: tf.Tensor[][] = [];
  for (let time = 0; time < most; time++) {
    if (!tf.tidy(() => goesOn(now)).dataSync()[0]) break;
    const next = turn(now, tf.scalar(time, "int32"));
    now = next.loopVars;
    made.push(next.results);
  }
  const first = made[0] ?? [];
  const results = first.map((_, i) => {
    const stacked = tf.stack(made.map((each) => each[i] as tf.Tensor));
    const rest = most - made.length;
    return rest === 0
      ? stacked
      : tf.pad(stacked, [[0, rest], ...stacked.shape.slice(1).map(() => [0, 0] as [number, number])]);
  });
  return { results, loopVars: now };
}
