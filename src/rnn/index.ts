export type { OpenCell, OpenSteps, RNNCell, RunOverTime, StackState } from "./cell";
export { BasicLSTMCell } from "./cells/basic-lstm";
export {
  type Activation,
  BasicRNNCell,
  type BasicRNNCellOptions,
  type BasicRNNWeights,
  basicRnnStep,
} from "./cells/basic-rnn";
export { ConvLSTMCell, type ConvLSTMCellOptions, type ConvShape } from "./cells/conv-lstm";
export { type FunctionCellOptions, functionCell, type StateSize } from "./cells/function-cell";
export { GRUCell, type GRUCellOptions } from "./cells/gru";
export { type GRUWeights, gruStep } from "./cells/gru-step";
export { hardSigmoid } from "./cells/hard-sigmoid";
export { LayerNormBasicLSTMCell, type LayerNormBasicLSTMCellOptions } from "./cells/layer-norm-lstm";
export { LSTMCell } from "./cells/lstm";
export type { BasicLSTMCellOptions, LSTMCellOptions } from "./cells/lstm-options";
export { type GateBlocks, type LSTMState, type LSTMStepOptions, lstmStep } from "./cells/lstm-step";
export { ResetAfterGRUCell, type ResetAfterGRUWeights, resetAfterGruStep } from "./cells/reset-after-gru";
export { ArgumentError } from "./errors";
export { computeGradients, type GradientOf } from "./gradients";
export { type GRUGates, gruGates, type LSTMGates, lstmGates } from "./inspect/gates";
export { gradientTimesInput } from "./inspect/gradient-times-input";
export { stateGradientNorms } from "./inspect/state-gradients";
export { type CudnnParamsOptions, cudnnRNNParamsToCanonical } from "./interop/cudnn";
export { type FromKerasOptions, fromKeras } from "./interop/keras";
export type { InteropPart } from "./interop/parts";
export { type FromPyTorchOptions, fromPyTorch } from "./interop/pytorch";
export { type FromTensorFlowOptions, fromTensorFlow } from "./interop/tensorflow";
export type { UnitPadding } from "./kernels/unit-padding";
export { BatchNorm, type BatchNormOptions } from "./layers/batch-norm";
export { Conv1D, type Conv1DOptions } from "./layers/conv1d";
export { Conv2D, type Conv2DOptions } from "./layers/conv2d";
export { Dense, type DenseOptions } from "./layers/dense";
export { type DropoutLayerOptions, dropout } from "./layers/dropout";
export { Embedding, type EmbeddingOptions } from "./layers/embedding";
export { LayerNorm, type LayerNormOptions, layerNorm } from "./layers/layer-norm";
export {
  type LabelSmoothingOptions,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  sparseSoftmaxCrossEntropy,
} from "./losses/label-smoothing";
export {
  sigmoidCrossEntropyWithLogits,
  softmaxCrossEntropyWithLogits,
  sparseSoftmaxCrossEntropyWithLogits,
} from "./losses/losses";
export { correctCount } from "./losses/metrics";
export { type HuberLossOptions, huberLoss, quantileLoss } from "./losses/regression";
export type { SampledCandidateRows, SampledCandidates } from "./losses/sampled/candidates";
export { type NegativeSamplingOptions, negativeSamplingLoss } from "./losses/sampled/negative-sampling";
export type { SampledLossInputs } from "./losses/sampled/sampled-logits";
export {
  nceLoss,
  type SampledLossOptions,
  sampledSoftmaxLoss,
} from "./losses/sampled/sampled-losses";
export { firstRows, type SampledValues } from "./losses/sampled/sampled-values";
export {
  type CandidateSampler,
  type CandidateSamplerOptions,
  type FixedUnigramOptions,
  fixedUnigramCandidateSampler,
  logUniformCandidateSampler,
  uniformCandidateSampler,
} from "./losses/sampled/samplers";
export { weightedCrossEntropyWithLogits } from "./losses/weighted-cross-entropy";
export { AdadeltaOptimizer, type AdadeltaOptions } from "./optimizers/adadelta";
export { AdagradOptimizer, type AdagradOptions } from "./optimizers/adagrad";
export { AdamOptimizer, type AdamOptions } from "./optimizers/adam";
export { AdamWOptimizer, type AdamWOptions } from "./optimizers/adam-w";
export type { Clipping } from "./optimizers/extras/clipping";
export type { MovingAverageOptions } from "./optimizers/extras/moving-average";
export type { PartRate, WeightsOf } from "./optimizers/extras/part-rates";
export type { WeightDecayOptions } from "./optimizers/extras/weight-decay";
export { FtrlOptimizer, type FtrlOptions } from "./optimizers/ftrl";
export { functionOptimizer, type OptimizerUpdate } from "./optimizers/function-optimizer";
export { GradientDescentOptimizer } from "./optimizers/gradient-descent";
export { LazyAdamOptimizer, type LazyAdamOptions } from "./optimizers/lazy-adam";
export { MomentumOptimizer, type MomentumOptions } from "./optimizers/momentum";
export { MomentumWOptimizer, type MomentumWOptions } from "./optimizers/momentum-w";
export { NadamOptimizer, type NadamOptions } from "./optimizers/nadam";
export { Optimizer } from "./optimizers/optimizer";
export type { ApplyOptions, LearningRate, OptimizerOptions } from "./optimizers/options";
export { RMSPropOptimizer, type RMSPropOptions } from "./optimizers/rms-prop";
export type { OptimizerState } from "./optimizers/state/optimizer-state";
export type { RandomKey, Training } from "./random-key";
export { flattenState, packState, type State, type StateRecord } from "./state";
export { stopGradient } from "./stop-gradient";
export {
  type BidirectionalDynamicOptions,
  type BidirectionalOptions,
  bidirectionalDynamicRnn,
  staticBidirectionalRnn,
} from "./time/bidirectional";
export { dynamicRnn, type UnrollOptions } from "./time/dynamic-rnn";
export type { SequenceLength } from "./time/lengths";
export { type Pooling, type PoolOverTimeOptions, poolOverTime } from "./time/pool-over-time";
export { type RawDecision, type RawMoment, type RawRnnOptions, rawRnn } from "./time/raw-rnn";
export { type StackBidirectionalOptions, stackBidirectionalDynamicRnn } from "./time/stack-bidirectional";
export { type StaticRnnOptions, staticRnn } from "./time/static-rnn";
export { TrainableState, type TrainableStateOptions } from "./time/trainable-state";
export { type ArrayLike, toTensor } from "./to-tensor";
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
} from "./weights/initializers";
export { exportWeights, importWeights, type Named, type NamedArrays } from "./weights/named-weights";
export { type SummaryRow, summary } from "./weights/summary";
export { namedWeights } from "./weights/weights";
export { DeviceWrapper } from "./wrappers/device";
export { type DropoutOptions, DropoutWrapper } from "./wrappers/dropout";
export { EmbeddingWrapper, type EmbeddingWrapperOptions } from "./wrappers/embedding";
export { MultiRNNCell } from "./wrappers/multi-rnn";
export { InputProjectionWrapper, OutputProjectionWrapper, type ProjectionOptions } from "./wrappers/projection";
export { ResidualWrapper } from "./wrappers/residual";
export { type ZoneoutOptions, ZoneoutWrapper } from "./wrappers/zoneout";
