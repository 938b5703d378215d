/** What a model's file makes of the settings: all that fit needs, and a report for the end. */
import type { Callback, Metric, Model, Part, StreamsOf, Structure, TermsOf, TrainingData } from "unroll/train";
import type { Settings } from "./config.mts";

export interface Task {
  readonly model: Model;
  readonly data: TrainingData | StreamsOf<Structure<Part>, Structure<Part>>;
  readonly validation: TrainingData | StreamsOf<Structure<Part>, Structure<Part>>;
  readonly loss: TermsOf;
  readonly metrics: Readonly<Record<string, Metric>>;
  /** As in fit. Default: true. */
  readonly trainingMetrics?: boolean;
  readonly callbacks?: readonly Callback[];
  /** Measures the trained model on other data. @returns what people are to read */
  report(): Promise<string>;
  /** Shows what the trained model can do. */
  show?(): Promise<void>;
}

export interface MakeOptions {
  readonly dataFolder: string | undefined;
  readonly say: (line: string) => void;
  /** Writes text as it comes, without a line end. */
  readonly write: (text: string) => void;
}

export type Make = (settings: Settings, options: MakeOptions) => Promise<Task>;
