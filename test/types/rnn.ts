// Only the compiler reads this file: the types of states and outputs are tried, and nothing runs.
import { inferenceGraph, trainStep } from "../../src/compile";
import {
  bidirectionalDynamicRnn,
  computeGradients,
  Dense,
  DropoutWrapper,
  dynamicRnn,
  functionCell,
  GRUCell,
  LSTMCell,
  MultiRNNCell,
  type Optimizer,
  ResidualWrapper,
  sparseSoftmaxCrossEntropyWithLogits,
  staticRnn,
} from "../../src/rnn";
import * as tf from "../../src/tf";

const lstm = new LSTMCell({ inputSize: 3, numUnits: 4 });
const gru = new GRUCell({ inputSize: 4, numUnits: 4 });
const head = new Dense({ inputSize: 4, outputSize: 2 });
const x: tf.Tensor3D = tf.ones([2, 5, 3]);

/** A run's outputs are a Tensor3D, and its last state is the cell's. */
export function states(): (tf.Tensor2D | tf.Tensor3D)[] {
  const [outputs, { c, h }] = dynamicRnn(lstm, tf.div(x, 255));
  const [, [first, last]] = dynamicRnn(new MultiRNNCell([lstm, gru]), x);
  const [, dropped] = dynamicRnn(new DropoutWrapper(lstm, { outputKeepProb: 0.5 }), x);
  const [, kept] = dynamicRnn(new ResidualWrapper(gru), tf.ones([2, 5, 4]));
  const [, sum] = dynamicRnn(functionCell({ inputSize: 3, outputSize: 3, call: (x, h) => [h, h.add(x)] }), x);
  const [[fw, bw], [stateFw]] = bidirectionalDynamicRnn(lstm, lstm, x);
  const [steps, listed] = staticRnn(lstm, [tf.ones([2, 3]), tf.zeros([2, 3])]);
  // @ts-expect-error: the state of an LSTM is { c, h }
  head.call(dynamicRnn(lstm, x)[1]);
  // @ts-expect-error: a matrix has no time steps
  dynamicRnn(lstm, h);
  const logits: tf.Tensor3D = head.call(outputs);
  return [
    logits,
    head.call(c),
    first.h,
    last,
    dropped.h,
    kept,
    sum,
    tf.concat([fw, bw], 2),
    stateFw.c,
    ...steps,
    listed.h,
  ];
}

/** A loss in its place needs no type of its own. */
export function losses(optimizer: Optimizer, labels: tf.Tensor1D): tf.Scalar {
  const loss = (): tf.Scalar => tf.mean(sparseSoftmaxCrossEntropyWithLogits(labels, head.call(dynamicRnn(gru, x)[1])));
  computeGradients(() => tf.mean(tf.square(dynamicRnn(gru, x)[1])), gru.variables);
  trainStep((images: tf.Tensor3D) => tf.square(dynamicRnn(gru, images)[1]), { variables: gru.variables, optimizer });
  return optimizer.minimize(loss, gru.variables);
}

/** The inputs' shapes tell their ranks. */
export function graphs(): object[] {
  const last = ({ x }: { x: tf.Tensor3D }) => ({ state: dynamicRnn(gru, x)[1] });
  const variables = {};
  // @ts-expect-error: the function takes three axes
  inferenceGraph(last, { inputs: { x: [null, 4] }, variables });
  // @ts-expect-error: the function takes an x
  inferenceGraph(last, { inputs: { y: [null, null, 4] }, variables });
  return [
    inferenceGraph(last, { inputs: { x: [null, null, 4] }, variables }),
    inferenceGraph(({ x }) => ({ state: dynamicRnn(gru, x)[1] }), { inputs: { x: [null, null, 4] }, variables }),
    inferenceGraph(({ ids }) => ({ next: tf.oneHot(ids, 3) }), {
      inputs: { ids: { shape: [null], dtype: "int32" } },
      variables,
    }),
  ];
}
