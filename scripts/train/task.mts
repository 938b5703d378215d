/** What a model's file makes of the settings: all that fit needs, and a report for the end. */
import type { Metric, Model, TermsOf, TrainingData } from "unroll/train";
import type { Settings } from "./config.mts";

export interface Task {
  readonly model: Model;
  readonly data: TrainingData;
  readonly validation: TrainingData;
  readonly loss: TermsOf;
  readonly metrics: Readonly<Record<string, Metric>>;
  /** As in fit. Default: true. */
  readonly trainingMetrics?: boolean;
  /** Measures the trained model on other data. @returns what people are to read */
  report(): Promise<string>;
}

export interface MakeOptions {
  readonly dataFolder: string | undefined;
  readonly say: (line: string) => void;
}

export type Make = (settings: Settings, options: MakeOptions) => Promise<Task>;
