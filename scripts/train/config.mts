/** What a training can be asked to be. */

export const MODEL_NAMES = ["mnist", "series", "char"] as const;
export const CELL_NAMES = ["rnn", "lstm", "gru"] as const;

export type ModelName = (typeof MODEL_NAMES)[number];
/** What the tokens of a text are. */
export const TOKENIZER_NAMES = ["chars", "words", "bpe"] as const;

export type TokenizerName = (typeof TOKENIZER_NAMES)[number];
export type CellName = (typeof CELL_NAMES)[number];

/** Every field that a config file can have; `FIELDS` says what each means. */
export interface Fields {
  model: ModelName;
  cell: CellName;
  units: number;
  layers: number;
  epochs: number;
  batchSize: number;
  learningRate: number;
  seed: number;
  checkpointSteps: number;
  text: string;
  tokenizer: TokenizerName;
  vocabularySize: number;
  length: number;
  temperature: number;
  topK: number;
  topP: number;
  tensorboard: boolean;
  quick: boolean;
  name: string;
  runs: string;
}

/** Some of the fields, from a config file or from flags. */
export type Config = Partial<Fields>;

/** Fields of a model that reads and writes a text. */
export const OF_TEXT = ["text", "tokenizer", "vocabularySize", "length", "temperature", "topK", "topP"] as const;

/** Fields that some trainings lack. */
type OfSome = "checkpointSteps" | (typeof OF_TEXT)[number];

/** All that one training is asked to be. */
export interface Settings extends Omit<Fields, OfSome>, Pick<Config, OfSome> {
  /** `runs/name`: where the training is kept. */
  readonly folder: string;
  /** Whether it goes on from the checkpoints in that folder. */
  readonly resume: boolean;
  /** The begin of a text that the trained model is to go on with, instead of a training. */
  readonly generate?: string;
}

/** What a model is trained with where nothing else is asked for. */
export type ModelDefaults = Pick<Fields, "cell" | "units" | "layers" | "epochs" | "batchSize" | "learningRate"> &
  Pick<Config, (typeof OF_TEXT)[number]>;
