import { ArgumentError } from "../../rnn";
import type * as tf from "../../tf";
import type { Callback } from "../callback";
import { checkCallbacks, evaluateHooks } from "../callback-hooks";
import type { Part, TrainingData } from "../examples/data";
import type { StreamsOf } from "../examples/stream-source";
import type { StreamedExamples } from "../examples/streamed";
import type { InputsOf } from "../examples/tensors-of";
import type { Logs } from "../history";
import type { LossOption } from "../loss/batch-loss";
import { type TargetCheck, targetCheck } from "../loss/check-targets";
import { lossNames } from "../loss/epoch-losses";
import { checkLoss } from "../loss/step-loss";
import type { Model } from "../model";
import type { Structure } from "../structure";
import { measurement } from "./measurement";
import { checkMetrics, type MetricsOption } from "./metrics";
import { type PassOptions, passOver, passRunOf } from "./pass";

/** `O` and `Y` are the types of the model's outputs and of the targets, tensors or records of tensors. */
// biome-ignore lint/suspicious/noExplicitAny: the options of any evaluation
export interface EvaluateOptions<O = any, Y = any> extends PassOptions {
  /**
   * Its value is called `loss` in the result; of a record of functions, by output, each also has its own, `tags_loss`.
   * Default: no loss, which needs `metrics`.
   */
  loss?: LossOption<O, Y>;
  /** What the mean of each function of a loss by name counts. Default: 1. */
  lossWeights?: Readonly<Record<string, number>>;
  /** Measures by name; of an output by name, `{ tags: { accuracy } }`. Default: none, which needs `loss`. */
  metrics?: MetricsOption;
  /** Their hooks `onEvaluate…` are called. Default: none. */
  callbacks?: readonly Callback[];
}

/**
 * Measures loss and metrics of a whole data set, without dropout.
 *
 * @example
 *   const result = await evaluate(model, mnist.test, { loss: crossEntropy, metrics: { accuracy } });
 *   console.log(`loss ${result.loss}, accuracy ${result.accuracy}`);
 *
 * @returns the values by name, in double precision: Σ sum / Σ count over all examples; with sample weights, Σ weight · term
 *   / number of terms for losses, and Σ weight · term / Σ weight for metrics
 * @throws ArgumentError for options and data that do not fit, and for a label outside the classes that a loss looks
 *   at, or a word index outside an Embedding, naming its example; the signal's reason when it is aborted, an AbortError at Ctrl-C
 */
export async function evaluate<X extends Structure<Part>, Y extends Structure<Part>, O extends Structure<tf.Tensor>>(
  model: Model<InputsOf<X>, O>,
  data: TrainingData<X, Y> | StreamedExamples<X, Y> | StreamsOf<X, Y>,
  options: EvaluateOptions<O, InputsOf<Y>>,
): Promise<Logs> {
  const more = ["loss", "lossWeights", "metrics", "callbacks"];
  const partsOf = ({ loss, lossWeights }: EvaluateOptions) =>
    loss === undefined ? [] : checkLoss("evaluate", loss, lossWeights);
  const checkTargets: TargetCheck = (...given) => targetCheck(partsOf(options))(...given);
  const settings = { where: "evaluate", needsY: true, mayStream: true, more, checkTargets };
  return passOver(settings, model, data, options, async ({ watch, ...pass }) => {
    const { loss, metrics = {}, callbacks = [] }: EvaluateOptions = options;
    checkCallbacks("evaluate", callbacks);
    const parts = partsOf(options);
    checkMetrics("evaluate", metrics, lossNames(parts));
    if (loss === undefined && Object.keys(metrics).length === 0) {
      throw new ArgumentError("evaluate", "options", "a loss or metrics", "neither");
    }
    const measured = measurement(pass, parts, metrics);
    try {
      return await measured.run(watch, evaluateHooks(callbacks, passRunOf(pass, "evaluate")));
    } finally {
      measured.dispose();
    }
  });
}
