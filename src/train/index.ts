export type { Callback, PassRun, TrainingRun } from "./callback";
export { CSVLogger, type CSVLoggerOptions } from "./callbacks/csv-logger";
export { EarlyStopping, type EarlyStoppingOptions } from "./callbacks/early-stopping";
export { LearningRateScheduler } from "./callbacks/learning-rate-scheduler";
export { ModelCheckpoint, type ModelCheckpointOptions } from "./callbacks/model-checkpoint";
export type { MonitorOptions } from "./callbacks/monitor";
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from "./callbacks/reduce-lr-on-plateau";
export { TensorBoard, type TensorBoardOptions } from "./callbacks/tensorboard";
export { TerminateOnNaN } from "./callbacks/terminate-on-nan";
export { writeGraph } from "./callbacks/write-graph";
export { type ContinueOptions, continueSeries } from "./continue-series";
export type { Direction } from "./direction";
export { BusyError, NotFiniteError, type StepPlace } from "./errors";
export type { Examples, Lengths, Part, Sequence, TrainingData } from "./examples/data";
export type { StreamsOf } from "./examples/stream-source";
export type { StreamedBatch, StreamedExamples } from "./examples/streamed";
export type { InputsOf, LengthsOf, TensorsOf } from "./examples/tensors-of";
export type { ClassWeights } from "./examples/weights";
export { type ExportOptions, exportGraphModel, exportSavedModel, type GraphModelOptions } from "./export/export-model";
export type { PageOptions } from "./export/page-form";
export { loadWeights, saveWeights } from "./export/weight-files";
export { fit } from "./fit/fit";
export { historyOf } from "./fit/history-of";
export type { FitOptions } from "./fit/options";
export { generate } from "./generate/generate";
export type { LanguageModel } from "./generate/language-model";
export { type NextTokenOptions, nextTokenProbabilities, type SamplingOptions } from "./generate/next-token";
export type { Generated, GenerateOptions, GenerationEnd, TextListener, TextTokenizer } from "./generate/options";
export type { EpochLogs, EpochRecord, History, Logs, LossSums, Position } from "./history";
export { type LeastSquaresOptions, type LinearModel, leastSquares } from "./least-squares";
export type { LossOption } from "./loss/batch-loss";
export { liveSteps, type Terms, type TermsOf } from "./loss/terms";
export { balancedAccuracy, matthewsCorrelation } from "./measure/all/agreement";
export { averagePrecision } from "./measure/all/average-precision";
export { type BootstrapDifference, type PairedBootstrapOptions, pairedBootstrap } from "./measure/all/bootstrap";
export type { CorpusScore } from "./measure/all/corpus-score";
export { type MetricOfAll, type OverAll, overAll } from "./measure/all/over-all";
export {
  type ClassScores,
  f1Score,
  type PrecisionRecallOptions,
  perClassScores,
  precision,
  recall,
} from "./measure/all/precision-recall";
export type { PredictionOptions } from "./measure/all/predictions";
export type { RankingOptions } from "./measure/all/ranking";
export { meanPinballLoss, type PinballOptions, r2Score } from "./measure/all/regression";
export { rocAuc } from "./measure/all/roc-auc";
export { type TopKOptions, topKAccuracy } from "./measure/all/top-k";
export type { MetricArray, WeightedOptions } from "./measure/all/values";
export { type ConfusionOptions, confusionMatrix, perClassAccuracy } from "./measure/confusion";
export { type EvaluateOptions, evaluate } from "./measure/evaluate";
export {
  type BinaryCrossEntropyOptions,
  binaryCrossEntropyWith,
  crossEntropyWith,
  huberError,
  quantileError,
} from "./measure/loss-factories";
export { absoluteError, binaryCrossEntropy, crossEntropy, squaredError } from "./measure/losses";
export { type MeasuredText, type MeasureTextOptions, measureText, type TextMeasures } from "./measure/measure-text";
export {
  accuracy,
  binaryAccuracy,
  bitsPerToken,
  type Metric,
  type MetricsOption,
  type MetricTerms,
  meanAbsoluteError,
  meanSquaredError,
  perplexity,
} from "./measure/metrics";
export type { PassOptions } from "./measure/pass";
export { type Predicted, type PredictOptions, predict } from "./measure/predict";
export { type DataLike, type Model, type ModelOptions, modelOf } from "./model";
export type { Reporter, StepReport, TrainingPlan } from "./progress/reporter";
export {
  captureTraining,
  type Progress,
  type ResumableTraining,
  restoreTraining,
  type Weights,
  weightsOf,
} from "./resume/training-state";
export {
  type CallWithState,
  type StatefulModel,
  type StatefulModelOptions,
  type StatefulOutputs,
  statefulModelOf,
} from "./stateful-model";
export type { Structure } from "./structure";
export type { TrainWordVectorsOptions, WordVectorsProgress } from "./words/options";
export { type TrainedWordVectors, trainWordVectors } from "./words/train-word-vectors";
export type { WordCorpus } from "./words/vocabulary";
