import { canCompile, trainStep } from "../../compile";
import { type Embedding, GradientDescentOptimizer } from "../../rnn";
import * as tf from "../../tf";
import { type BlockLossOptions, type BlockTensors, blockLoss } from "./block-loss";
import type { Block } from "./blocks";

/** Trains on one block after the other. */
export interface WordStep {
  /** @returns the loss of the block, a sum over its pairs */
  train(block: Block, learningRate: number): number;
  dispose(): void;
}

/** @param rates of each word as an input and as an output */
export function wordStep(
  options: BlockLossOptions & { readonly vectors: Embedding; readonly contexts: Embedding },
  rates: { readonly inputs: Float32Array; readonly outputs: Float32Array },
): WordStep {
  const { segments, centres, negatives, window, vectors, contexts } = options;
  const width = centres + 2 * window;
  let learningRate = 0;
  const optimizer = new GradientDescentOptimizer({ learningRate: () => learningRate * segments }); // a step has the mean's gradient
  const variables = [...vectors.variables, ...contexts.variables];
  const lossOf = (...given: BlockTensors) => blockLoss(options, given.slice(0, 5) as BlockTensors); // without the step's seed
  const compiled = canCompile() ? trainStep(lossOf, { variables, optimizer }) : undefined;
  const eager = (...given: BlockTensors): number => {
    const loss = optimizer.minimize(() => tf.mean(lossOf(...given)) as tf.Scalar, variables);
    const [value] = loss.dataSync();
    loss.dispose();
    return value as number;
  };
  const train = ({ inputs, outputs, isContext }: Block, rate: number): number => {
    learningRate = rate;
    const given: BlockTensors = [
      tf.tensor2d(inputs, [segments, width], "int32"),
      tf.tensor2d(outputs, [segments, centres + negatives], "int32"),
      tf.tensor3d(isContext, [segments, width, centres], "bool"),
      tf.tensor2d(ratesOf(inputs, rates.inputs), [segments, width]),
      tf.tensor2d(ratesOf(outputs, rates.outputs), [segments, centres + negatives]),
    ];
    try {
      return (compiled ?? eager)(...given) * segments;
    } finally {
      tf.dispose(given);
    }
  };
  return { train, dispose: () => compiled?.dispose() };
}

function ratesOf(ids: Int32Array, rates: Float32Array): Float32Array {
  const own = new Float32Array(ids.length);
  for (let i = 0; i < ids.length; i++) own[i] = rates[ids[i] as number] as number;
  return own;
}
