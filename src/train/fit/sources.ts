import type { Source } from "../examples/source";

/** The data of one fit. */
export interface FitSources {
  /** The training data, as metrics measure them. */
  readonly source: Source;
  /** The training data, as steps take them: with the weights of classes. */
  readonly training: Source;
  readonly validation: Source | undefined;
}
