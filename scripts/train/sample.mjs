/** Text from a model of characters, one after the other. */
import { Random } from "../../dist/data/index.js";
import * as tf from "../../dist/tf.js";
import { pick } from "./pick.mjs";

/**
 * A text that begins at a new line. The cell's state goes on from character to character, so it sees all before.
 *
 * @param network `{ embedding, cell, head }`
 * @param characters the one that each number stands for
 */
export function sample({ embedding, cell, head }, characters, { length, temperature, seed }) {
  const random = new Random(seed);
  let state = cell.zeroState(1);
  let last = Math.max(0, characters.indexOf("\n"));
  let text = "";
  for (let i = 0; i < length; i++) {
    const step = tf.tidy(() => {
      const [output, next] = cell.call(embedding.call(tf.tensor1d([last], "int32")), state);
      return { scores: head.call(output), next };
    });
    tf.dispose(state);
    state = step.next;
    last = pick(step.scores.dataSync(), temperature, random.uniform(0, 1));
    step.scores.dispose();
    text += characters[last];
  }
  tf.dispose(state);
  return text;
}
