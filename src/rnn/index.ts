export type { OpenCell, RNNCell } from "./cell";
export {
  type Activation,
  BasicRNNCell,
  type BasicRNNCellOptions,
  type BasicRNNWeights,
  basicRnnStep,
} from "./cells/basic-rnn";
export { ArgumentError } from "./errors";
export { computeGradients, type GradientOf } from "./gradients";
export {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  onesInitializer,
  orthogonal,
  randomNormal,
  randomUniform,
  truncatedNormal,
  type VarianceScalingOptions,
  varianceScaling,
  zerosInitializer,
} from "./initializers";
export { Dense, type DenseOptions } from "./layers";
export type { SequenceLength } from "./lengths";
export {
  meanSquaredError,
  softmaxCrossEntropyWithLogits,
  sparseSoftmaxCrossEntropyWithLogits,
} from "./losses";
export { accuracy, correctCount } from "./metrics";
export { AdamOptimizer, type AdamOptions } from "./optimizers/adam";
export type { State, StateRecord } from "./state";
export { type ArrayLike, toTensor } from "./to-tensor";
export { dynamicRnn, type StaticRnnOptions, staticRnn, type UnrollOptions } from "./unroll";
