export type { Callback, TrainingRun } from "./callback";
export { CSVLogger, type CSVLoggerOptions } from "./callbacks/csv-logger";
export { EarlyStopping, type EarlyStoppingOptions } from "./callbacks/early-stopping";
export { LearningRateScheduler } from "./callbacks/learning-rate-scheduler";
export { ModelCheckpoint, type ModelCheckpointOptions } from "./callbacks/model-checkpoint";
export type { MonitorOptions } from "./callbacks/monitor";
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from "./callbacks/reduce-lr-on-plateau";
export { TensorBoard, type TensorBoardOptions } from "./callbacks/tensorboard";
export { TerminateOnNaN } from "./callbacks/terminate-on-nan";
export { confusionMatrix, perClassAccuracy } from "./confusion";
export { type ContinueOptions, continueSeries } from "./continue-series";
export type { ArrayExamples, Examples, RaggedExamples, Sequence, TrainingData } from "./data";
export { BusyError, NotFiniteError, type StepPlace } from "./errors";
export { type EvaluateOptions, evaluate } from "./evaluate";
export { fit } from "./fit";
export type { EpochRecord, History, Logs, Position } from "./history";
export { type LeastSquaresOptions, type LinearModel, leastSquares } from "./least-squares";
export { absoluteError, binaryCrossEntropy, crossEntropy, squaredError } from "./losses";
export { accuracy, binaryAccuracy, type Metric, meanAbsoluteError, meanSquaredError, perplexity } from "./metrics";
export { type Model, modelOf } from "./model";
export type { FitOptions } from "./options";
export type { PassOptions } from "./pass";
export { predict } from "./predict";
export type { Reporter, StepReport, TrainingPlan } from "./progress/reporter";
export type { StreamedBatch, StreamedExamples } from "./streamed";
export type { Terms, TermsOf } from "./terms";
export {
  captureTraining,
  type Progress,
  restoreTraining,
  type Training,
  type Weights,
  weightsOf,
} from "./training-state";
export { type ExportOptions, exportGraphModel, exportSavedModel } from "./travel";
export { loadWeights, saveWeights } from "./weight-files";
