/** Inference of one LSTM: a whole sequence in one call, and token by token, the state carried on. Outputs are read back. */
import type * as tfjs from "unroll/tf";
import type { Library, Tf } from "./library.mts";
import { recurrent } from "./tfjs-layers.mts";
import type { InferenceName } from "./workload.mts";

const LSTM = { cell: "lstm", activation: "tanh", batch: 1, timeSteps: 100, inputs: 64, units: 128 } as const;

/** Runs one sequence, or one token, and reads the output. */
export type Inference = () => ArrayLike<number>;

export function unrollInference(
  { rnn, compile, tf }: Library,
  name: InferenceName,
  { eager }: { readonly eager: boolean },
): Inference {
  const cell = new rnn.BasicLSTMCell({ inputSize: LSTM.inputs, numUnits: LSTM.units, seed: 1 });
  const { variables } = cell;
  if (name === "lstm_sequence") {
    const x = tf.randomUniform<tfjs.Rank.R3>([LSTM.batch, LSTM.timeSteps, LSTM.inputs]);
    const outputsOf = (inputs: tfjs.Tensor3D) => tf.tidy(() => rnn.dynamicRnn(cell, inputs)[0]);
    const run = eager ? outputsOf : compile.compile(outputsOf, { variables });
    return () => readAndDispose(run(x));
  }
  const x = tf.randomUniform<tfjs.Rank.R2>([LSTM.batch, LSTM.inputs]);
  const next = (inputs: tfjs.Tensor2D, c: tfjs.Tensor2D, h: tfjs.Tensor2D): tfjs.Tensor2D[] => {
    const [, state] = cell.call(inputs, { c, h });
    return [state.h, state.c];
  };
  const run = eager ? next : compile.compile(next, { variables });
  let state = cell.zeroState(LSTM.batch);
  return () => {
    const [h, c] = run(x, state.c, state.h);
    if (h === undefined || c === undefined) throw new Error("expected h and c");
    tf.dispose([state.c, state.h]);
    state = { c, h };
    return h.dataSync();
  };
}

/** The same in TensorFlow.js's layers. A stateful layer carries its state on. */
export function layersInference(tf: Tf, name: InferenceName): Inference {
  const stateful = name === "lstm_token";
  const shape: [number, number, number] = [LSTM.batch, stateful ? 1 : LSTM.timeSteps, LSTM.inputs];
  const options = { returnSequences: !stateful, stateful, batchInputShape: shape };
  const model = tf.sequential({ layers: [recurrent(tf, LSTM, options)] });
  const x = tf.randomUniform(shape);
  return () => {
    const output = model.predict(x);
    if (Array.isArray(output)) throw new Error("expected one output");
    return readAndDispose(output);
  };
}

function readAndDispose(tensor: tfjs.Tensor): ArrayLike<number> {
  const values = tensor.dataSync();
  tensor.dispose();
  return values;
}
