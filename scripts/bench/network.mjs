/** The network of a workload in Unroll, and its batch; the compiled and the eager peer share them. */

const CELLS = { rnn: "BasicRNNCell", lstm: "BasicLSTMCell", gru: "GRUCell" };

/**
 * @param workload `{ cell, activation, layers, batch, timeSteps, inputs, units, outputs, head, loss }`
 * @returns `{ variables, terms, outputOf, lossOf, dispose }`; the mean of `terms(x, y)`, which is `lossOf(outputOf(x), y)`, is
 *   the loss
 */
export function networkOf(rnn, tf, workload) {
  const { layers, units, outputs, head, loss } = workload;
  const cells = Array.from({ length: layers }, (_, layer) => cellOf(rnn, tf, workload, layer));
  const cell = layers === 1 ? cells[0] : new rnn.MultiRNNCell(cells);
  const dense = new rnn.Dense({ inputSize: units, outputSize: outputs, seed: 100 });
  const outputOf = (x) => {
    const [sequence, state] = rnn.dynamicRnn(cell, x);
    return dense.call(head === "every" ? sequence : topOf(state));
  };
  const lossOf = (output, y) => {
    if (loss === "mse") return tf.square(tf.sub(output, y));
    return rnn.sparseSoftmaxCrossEntropyWithLogits(tf.reshape(y, [-1]), tf.reshape(output, [-1, outputs]));
  };
  const terms = (x, y) => lossOf(outputOf(x), y);
  const dispose = () => {
    cell.dispose();
    dense.dispose();
  };
  return { variables: [...cell.variables, ...dense.variables], terms, outputOf, lossOf, dispose };
}

function cellOf(rnn, tf, { cell, activation, inputs, units }, layer) {
  if (!Object.hasOwn(CELLS, cell)) throw new Error(`unknown cell "${cell}"`);
  return new rnn[CELLS[cell]]({
    inputSize: layer === 0 ? inputs : units,
    numUnits: units,
    activation: tf[activation],
    seed: layer + 1,
  });
}

/** The last output of the top layer, out of the state of whatever cell. */
function topOf(state) {
  const top = Array.isArray(state) ? state.at(-1) : state;
  return top.h ?? top;
}

/**
 * Numbers to predict are noise, as the Python peers' are; classes follow from inputs around 0, so that their losses neither
 * jump nor come to nothing: where they do, rounding errors grow until not even two eager runs agree.
 *
 * @returns `[x, y]`; class numbers are int32, one a row of logits
 */
export function batchOf(tf, { batch, timeSteps, inputs, outputs, head, loss }, seed = 7) {
  const [first, lead] = head === "every" ? [0, [batch, timeSteps]] : [timeSteps - 1, [batch]];
  const noise = (shape, from, seed) => tf.randomUniform(shape, from, 1, "float32", seed);
  if (loss === "mse") return [noise([batch, timeSteps, inputs], 0, seed), noise([...lead, outputs], 0, seed + 1)];
  const x = noise([batch, timeSteps, inputs], -1, seed);
  const y = tf.tidy(() => {
    const feature = tf.reshape(tf.slice(x, [0, first, 0], [batch, -1, 1]), lead);
    return tf.floor(tf.mul(tf.add(feature, 1), outputs / 2)).toInt(); // its share of −1 to 1 in classes
  });
  return [x, y];
}
