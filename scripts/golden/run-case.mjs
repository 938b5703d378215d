/** Runs one golden case and measures how far it is from TensorFlow 1.x's numbers. */
import { cellOf } from "./cells.mjs";

const VARIANTS = ["plain", "sequence_length", "initial_state", "time_major", "bidirectional"];
const LOSS = "sum(outputs*output_weights) + sum(states*state_weights)";

/** @returns the largest errors: of outputs, states and loss as they are, of gradients relative to the largest of each */
export function runCase(rnn, tf, spec) {
  if (!VARIANTS.includes(spec.variant)) throw new Error(`unknown variant "${spec.variant}"`);
  if (spec.loss_is !== LOSS) throw new Error(`unknown loss "${spec.loss_is}"`);
  if ((spec.initial_state !== null) !== (spec.variant === "initial_state")) {
    throw new Error(
      `initial_state is ${spec.initial_state === null ? "missing" : "given"} in variant "${spec.variant}"`,
    );
  }
  const network = spec.variant === "bidirectional" ? bidirectional(rnn, tf, spec) : oneWay(rnn, tf, spec);
  const x = tf.variable(tf.tensor3d(spec.x));
  const { outputs, states } = network.run(x);
  const weighted = (tensors, weights) => tensors.map((tensor, i) => tf.sum(tf.mul(tensor, tf.tensor(weights[i]))));
  const loss = () => {
    const made = network.run(x);
    return tf.addN([...weighted(made.outputs, spec.output_weights), ...weighted(made.states, spec.state_weights)]);
  };
  const names = Object.keys(network.variables);
  const computed = rnn.computeGradients(loss, [...names.map((name) => network.variables[name]), x]);
  const gradients = [...names, "x"].map((name, i) => {
    const expected = needed(spec.gradients, name, "gradients");
    return furthest(computed.gradients[i].gradient, expected) / Math.max(largest(expected), Number.MIN_VALUE);
  });
  return {
    outputs: Math.max(...together(outputs, spec.outputs).map(([a, b]) => furthest(a, b))),
    states: Math.max(...together(states, spec.states).map(([a, b]) => furthest(a, b))),
    loss: Math.abs(computed.loss.dataSync()[0] - spec.loss) / Math.max(1, Math.abs(spec.loss)),
    gradients: Math.max(...gradients),
  };
}

function oneWay(rnn, tf, spec) {
  const cell = cellOf(rnn, tf, spec);
  const variables = give(rnn, cell, spec.variables, "rnn");
  const options = {
    sequenceLength: spec.sequence_length ?? undefined,
    timeMajor: spec.variant === "time_major",
    initialState:
      spec.initial_state === null
        ? undefined
        : rnn.packState(
            cell.zeroState(spec.batch),
            spec.initial_state.map((part) => tf.tensor2d(part)),
          ),
  };
  const run = (x) => {
    const [outputs, state] = rnn.dynamicRnn(cell, x, options);
    return { outputs: [outputs], states: rnn.flattenState(state) };
  };
  return { variables, run };
}

function bidirectional(rnn, tf, spec) {
  const [fw, bw] = [cellOf(rnn, tf, spec), cellOf(rnn, tf, spec)];
  const side = (name) =>
    Object.fromEntries(Object.entries(spec.variables).filter(([key]) => key.startsWith(`bidirectional_rnn/${name}/`)));
  const variables = {
    ...give(rnn, fw, side("fw"), "bidirectional_rnn/fw"),
    ...give(rnn, bw, side("bw"), "bidirectional_rnn/bw"),
  };
  const run = (x) => {
    const options = { sequenceLength: spec.sequence_length ?? undefined };
    const [outputs, states] = rnn.bidirectionalDynamicRnn(fw, bw, x, options);
    return { outputs, states: states.flatMap(rnn.flattenState) };
  };
  return { variables, run };
}

/** Gives the cell its weights; returns its variables by the case's names. */
function give(rnn, cell, variables, scope) {
  const arrays = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, arrayOf(value)]));
  rnn.importWeights(cell, arrays, scope);
  return Object.fromEntries(Object.entries(cell.weights).map(([name, variable]) => [`${scope}/${name}`, variable]));
}

function arrayOf(value) {
  const shape = [];
  for (let part = value; Array.isArray(part); part = part[0]) shape.push(part.length);
  return { data: Float32Array.from(value.flat(9)), shape };
}

function together(tensors, expected) {
  if (tensors.length !== expected.length)
    throw new Error(`${tensors.length} tensors where ${expected.length} are expected`);
  return tensors.map((tensor, i) => [tensor, expected[i]]);
}

function needed(record, name, what) {
  if (record[name] === undefined) throw new Error(`no ${name} in ${what}`);
  return record[name];
}

const largest = (values) => values.flat(9).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** The largest difference; NaN when one is NaN, which no tolerance lets through. */
function furthest(tensor, expected) {
  const { shape } = arrayOf(expected);
  if (tensor.shape.join() !== shape.join()) throw new Error(`shape [${tensor.shape}] where [${shape}] is expected`);
  const values = expected.flat(9);
  return tensor.dataSync().reduce((most, value, i) => {
    return Math.max(most, Math.abs(value - values[i]));
  }, 0);
}
