import type { Optimizer } from "../../rnn";
import type { Callback } from "../callback";
import type { TrainingData } from "../examples/data";
import type { StreamsOf } from "../examples/stream-source";
import type { StreamedExamples } from "../examples/streamed";
import type { ClassWeights } from "../examples/weights";
import type { LossSums } from "../history";
import type { LossOption, LossPart } from "../loss/batch-loss";
import type { MetricsOption } from "../measure/metrics";
import type { Reporter } from "../progress/reporter";
import type { Structure } from "../structure";

/** `O` and `Y` are the types of the model's outputs and of the targets, tensors or records of tensors. */
// biome-ignore lint/suspicious/noExplicitAny: the options of any training
export interface FitOptions<O = any, Y = any> {
  /**
   * From `(outputs, y, lengths?)` to one term for each example, or another form of `Terms`: `crossEntropy`,
   * `squaredError`, or a function of your own. Where outputs and y are records, a record of such functions: the loss is
   * Σ weight · mean over its names, each with its own terms, and epochs also record each as `name_loss`. Required.
   */
  loss: LossOption<O, Y>;
  /** What the mean of each function of a loss by name counts. Default: 1. */
  lossWeights?: Readonly<Record<string, number>>;
  /**
   * What the examples, or time steps, of each class count in the loss, by class number; where y is a record, by name and
   * class number. They multiply the sample weights. Metrics and validation are measured without them, as in Keras.
   * Default: 1.
   */
  classWeights?: Structure<ClassWeights>;
  /** Applies the gradients; one of unroll/rnn's optimizers. Required. */
  optimizer: Optimizer;
  /**
   * The number of the last epoch, as in Keras: `initialEpoch: 3, epochs: 5` trains two epochs. Default: 1.
   */
  epochs?: number;
  /** Examples in a batch. The last batch of an epoch may be shorter, and is trained too. Default: 32. */
  batchSize?: number;
  /** Fixes the order of the examples and the random numbers of dropout. Default: 0. */
  seed?: number;
  /** false: the examples keep their own order. Default: true. */
  shuffle?: boolean;
  /** The data that loss and metrics measure after each epoch, under the names `val_…`. Default: none. */
  validationData?: TrainingData | StreamedExamples | StreamsOf;
  /** Examples in a batch of the measurements; it changes no value. Default: the larger of 256 and `batchSize`. */
  measuringBatchSize?: number;
  /**
   * Measures by name, of the training data and of the validation data after each epoch; for outputs that are records,
   * records of measures: `{ tags: { accuracy } }` is recorded as `tags_accuracy`. Default: none.
   */
  metrics?: MetricsOption;
  /**
   * How many training examples the metrics measure after each epoch, with the weights at the epoch's end and without
   * dropout: all (true), none (false), or a number of the first examples. It costs a forward pass. Default: true.
   */
  trainingMetrics?: boolean | number;
  /**
   * Measures after every n-th epoch only (Keras's validation_freq): the metrics of the training data, and the validation
   * data. The records of the other epochs lack these values, and callbacks that monitor one of them do not count these
   * epochs. The loss of an epoch is in every record. (`every` of ModelCheckpoint says how often to write.) Default: 1.
   */
  everyEpochs?: number;
  /** Watch the training, in this order. Default: none. */
  callbacks?: readonly Callback[];
  /**
   * false: the steps run one operation at a time, many times slower, with the same numbers. Default: true with the
   * native engine.
   */
  compiled?: boolean;
  /** The number of parts into which a compiled step cuts a batch. Default: one for each core. */
  shards?: number;
  /**
   * The largest number of lengths to which ragged sequences are padded; each length is a graph of its own. Default: 4.
   */
  buckets?: number;
  /** Ends the training within a step; `history.stopped` is then "aborted". Default: none. */
  signal?: AbortSignal;
  /**
   * Shows the training: "bar", "lines", a reporter of your own, or false. Default: "bar" in a terminal, else "lines".
   */
  progress?: "bar" | "lines" | Reporter | false;
  /**
   * A folder to which a ModelCheckpoint among the callbacks writes. The training continues from the folder's latest
   * checkpoint as if it had never stopped, or begins anew when the folder has none. Default: begins anew.
   */
  resume?: string;
  /**
   * The epoch with which the training of this model continues; `history.next` of the fit before gives it. Default: 0.
   */
  initialEpoch?: number;
  /** The number of batches of `initialEpoch` that were trained before. Default: 0. */
  initialBatch?: number;
  /** `history.next.sums` of the fit before, so that the epoch's loss includes its batches. Default: none. */
  initialSums?: LossSums;
}

/** The options with their defaults. */
export type FitSettings = Required<
  Omit<
    FitOptions,
    | "shards"
    | "signal"
    | "progress"
    | "validationData"
    | "compiled"
    | "initialSums"
    | "resume"
    | "lossWeights"
    | "classWeights"
  >
> &
  Pick<FitOptions, "shards" | "signal" | "validationData" | "compiled" | "initialSums" | "resume" | "classWeights"> & {
    readonly reporter: Reporter;
    /** The functions of the loss, with their weights. */
    readonly parts: readonly LossPart[];
  };
