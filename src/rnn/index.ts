export {
  type BidirectionalDynamicOptions,
  type BidirectionalOptions,
  bidirectionalDynamicRnn,
  staticBidirectionalRnn,
} from "./bidirectional";
export type { OpenCell, RNNCell, RunOverTime } from "./cell";
export {
  type Activation,
  BasicRNNCell,
  type BasicRNNCellOptions,
  type BasicRNNWeights,
  basicRnnStep,
} from "./cells/basic-rnn";
export { GRUCell, type GRUCellOptions, type GRUWeights, gruStep } from "./cells/gru";
export { LayerNormBasicLSTMCell, type LayerNormBasicLSTMCellOptions, layerNorm } from "./cells/layer-norm-lstm";
export {
  BasicLSTMCell,
  type BasicLSTMCellOptions,
  LSTMCell,
  type LSTMCellOptions,
  type LSTMState,
} from "./cells/lstm";
export { type GateBlocks, type LSTMStepOptions, lstmStep } from "./cells/lstm-step";
export { ResetAfterGRUCell, type ResetAfterGRUWeights, resetAfterGruStep } from "./cells/reset-after-gru";
export type { Draw, Training } from "./draw";
export { Embedding, type EmbeddingOptions } from "./embedding";
export { ArgumentError } from "./errors";
export { type FromKerasOptions, fromKeras } from "./foreign/keras";
export type { ForeignPart } from "./foreign/parts";
export { type FromPyTorchOptions, fromPyTorch } from "./foreign/pytorch";
export { type FunctionCellOptions, functionCell, type StateSize } from "./function-cell";
export { type GRUGates, gruGates, type LSTMGates, lstmGates } from "./gates";
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
  sigmoidCrossEntropyWithLogits,
  softmaxCrossEntropyWithLogits,
  sparseSoftmaxCrossEntropyWithLogits,
} from "./losses";
export { accuracy, correctCount } from "./metrics";
export { exportWeights, importWeights, type Named, type NamedArrays } from "./named-weights";
export { AdamOptimizer, type AdamOptions, AdamWOptimizer, type AdamWOptions } from "./optimizers/adam";
export type { Clipping } from "./optimizers/clipping";
export {
  GradientDescentOptimizer,
  MomentumOptimizer,
  type MomentumOptions,
  RMSPropOptimizer,
  type RMSPropOptions,
} from "./optimizers/gradient-descent";
export { type LearningRate, Optimizer, type OptimizerOptions } from "./optimizers/optimizer";
export type { OptimizerState } from "./optimizers/optimizer-state";
export { type RawDecision, type RawMoment, type RawRnnOptions, rawRnn } from "./raw-rnn";
export type { SpareUnits } from "./spare-units";
export { flattenState, packState, type State, type StateRecord } from "./state";
export { stateGradientNorms } from "./state-gradients";
export { stopGradient } from "./stop-gradient";
export { type SummaryRow, summary } from "./summary";
export { type ArrayLike, toTensor } from "./to-tensor";
export { dynamicRnn, type StaticRnnOptions, staticRnn, type UnrollOptions } from "./unroll";
export { namedWeights } from "./weights";
export { type DropoutOptions, DropoutWrapper } from "./wrappers/dropout";
export { EmbeddingWrapper, type EmbeddingWrapperOptions } from "./wrappers/embedding";
export { MultiRNNCell, type StackState } from "./wrappers/multi-rnn";
export { InputProjectionWrapper, OutputProjectionWrapper, type ProjectionOptions } from "./wrappers/projection";
export { ResidualWrapper } from "./wrappers/residual";
export { type ZoneoutOptions, ZoneoutWrapper } from "./wrappers/zoneout";
