/** The cell that a golden case names, with the options it gives. A name or option that is not known is an error. */

/** The options that each cell takes, as cases name them. */
const OPTIONS = {
  BasicRNNCell: ["activation"],
  BasicLSTMCell: ["activation", "forget_bias"],
  LSTMCell: ["activation", "forget_bias", "use_peepholes", "num_proj", "cell_clip", "proj_clip"],
  GRUCell: ["activation"],
  MultiRNNCell: ["cells"],
  ResidualWrapper: ["cells"],
};
/** What a case holds besides its cell's options. */
const REST = new Set(
  (
    "name source cell batch time_steps inputs units variant x sequence_length initial_state variables loss_is " +
    "output_weights state_weights outputs states loss gradients"
  ).split(" "),
);

/** @returns a cell with the sizes and options of the case; its weights are still to be given */
export function cellOf(rnn, tf, spec) {
  if (!Object.hasOwn(OPTIONS, spec.cell)) throw new Error(`unknown cell "${spec.cell}"`);
  const unknown = Object.keys(spec).find((key) => !OPTIONS[spec.cell].includes(key) && !REST.has(key));
  if (unknown !== undefined) throw new Error(`unknown field "${unknown}" of a ${spec.cell}`);
  return build(rnn, tf, spec.cell, spec, { inputSize: spec.inputs, numUnits: spec.units });
}

function build(rnn, tf, name, spec, sizes) {
  const activation = activationOf(tf, spec.activation);
  switch (name) {
    case "BasicRNNCell":
      return new rnn.BasicRNNCell({ ...sizes, activation });
    case "BasicLSTMCell":
      return new rnn.BasicLSTMCell({ ...sizes, activation, forgetBias: spec.forget_bias });
    case "LSTMCell":
      return new rnn.LSTMCell({
        ...sizes,
        activation,
        forgetBias: spec.forget_bias,
        usePeepholes: spec.use_peepholes,
        numProj: spec.num_proj,
        cellClip: spec.cell_clip,
        projClip: spec.proj_clip,
      });
    case "GRUCell":
      return new rnn.GRUCell({ ...sizes, activation });
    case "MultiRNNCell":
      return new rnn.MultiRNNCell(
        spec.cells.map((inner, layer) =>
          build(rnn, tf, inner, {}, layer === 0 ? sizes : { ...sizes, inputSize: sizes.numUnits }),
        ),
      );
    case "ResidualWrapper":
      return new rnn.ResidualWrapper(build(rnn, tf, only(spec.cells), {}, sizes));
    default:
      throw new Error(`unknown cell "${name}"`);
  }
}

function activationOf(tf, name) {
  if (name === undefined) return undefined;
  const known = { tanh: tf.tanh, relu: tf.relu, sigmoid: tf.sigmoid };
  if (known[name] === undefined) throw new Error(`unknown activation "${name}"`);
  return known[name];
}

function only(cells) {
  if (cells?.length !== 1) throw new Error(`expected one cell inside the wrapper, got ${cells?.length}`);
  return cells[0];
}
