import { whileLoop } from "../../compile";
import { isCapturing, tapeIsOn } from "../../compile/internal";
import * as tf from "../../tf";

/** What one turn of a loop makes. */
export interface LoopTurn {
  readonly results: tf.Tensor[];
  readonly loopVars: tf.Tensor[];
}

/** What a loop ends with: results `[most, …]`, 0 where there was no turn, and the number of turns. */
export interface LoopEnd extends LoopTurn {
  readonly iterations: tf.Scalar;
}

type GoesOn = (loopVars: tf.Tensor[]) => tf.Tensor;
type Turn = (loopVars: tf.Tensor[], time: tf.Scalar) => LoopTurn;

/** A loop of at most `most` turns: a while loop; inside a gradient, which a while loop lacks, the turns one after the other. */
export function decodeLoop(goesOn: GoesOn, turn: Turn, loopVars: tf.Tensor[], most: number): LoopEnd {
  if (tapeIsOn()) return unrolled(goesOn, turn, loopVars, most);
  const { iterations, ...ends } = whileLoop(goesOn, turn, loopVars, { maximumIterations: most });
  return { iterations, loopVars: [...ends.loopVars], results: [...ends.results] };
}

/** Eagerly this ends with the last turn. A graph has all turns, and those that a loop would not make change nothing and say 0. */
function unrolled(goesOn: GoesOn, turn: Turn, first: tf.Tensor[], most: number): LoopEnd {
  let now = first;
  let iterations = tf.scalar(0, "int32");
  const made: tf.Tensor[][] = [];
  for (let time = 0; time < most; time++) {
    const runs = goesOn(now);
    if (!isCapturing() && runs.dataSync()[0] === 0) break;
    const next = turn(now, tf.scalar(time, "int32"));
    const kept = (value: tf.Tensor, otherwise: tf.Tensor) => (isCapturing() ? tf.where(runs, value, otherwise) : value);
    made.push(next.results.map((each) => kept(each, tf.zerosLike(each))));
    const before = now;
    now = next.loopVars.map((each, i) => kept(each, before[i] as tf.Tensor));
    iterations = tf.add(iterations, tf.cast(runs, "int32"));
  }
  const examples = made[0] ?? turn(now, tf.scalar(0, "int32")).results;
  const results = examples.map((each, i) => {
    const rest = Array.from({ length: most - made.length }, () => tf.zerosLike(each));
    return tf.stack([...made.map((results) => results[i] as tf.Tensor), ...rest]);
  });
  return { results, loopVars: now, iterations };
}
