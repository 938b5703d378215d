import { ArgumentError } from "../../rnn";
import { checkFunction } from "../checks";
import type { TrainingData } from "../examples/source";
import type { StreamedExamples } from "../examples/streamed";
import type { Logs } from "../history";
import type { Model } from "../model";
import type { TermsOf } from "../step/terms";
import { measurement } from "./measurement";
import type { Metric } from "./metrics";
import { checkMetrics } from "./metrics";
import { type PassOptions, passOver } from "./pass";

export interface EvaluateOptions extends PassOptions {
  /** Its value is called `loss` in the result. Default: no loss, which needs `metrics`. */
  loss?: TermsOf;
  /** Measures by name. Default: none, which needs `loss`. */
  metrics?: Readonly<Record<string, Metric>>;
}

/**
 * Measures loss and metrics of a whole data set, without dropout.
 *
 * @example
 *   const result = await evaluate(model, mnist.test, { loss: crossEntropy, metrics: { accuracy } });
 *   console.log(`loss ${result.loss}, accuracy ${result.accuracy}`);
 *
 * @returns the values by name: Σ sum / Σ count over all examples, in double precision
 * @throws ArgumentError for options and data that do not fit, and for a label outside the classes that a loss looks
 *   at, naming its index; the signal's reason when it is aborted, an AbortError at Ctrl-C
 */
export async function evaluate(
  model: Model,
  data: TrainingData | StreamedExamples,
  options: EvaluateOptions,
): Promise<Logs> {
  const settings = { where: "evaluate", needsY: true, mayStream: true, more: ["loss", "metrics"] };
  return passOver(settings, model, data, options, async ({ watch, ...pass }) => {
    const { loss, metrics = {} } = options;
    if (loss !== undefined) checkFunction("evaluate", "loss", loss);
    checkMetrics("evaluate", metrics);
    if (loss === undefined && Object.keys(metrics).length === 0) {
      throw new ArgumentError("evaluate", "options", "a loss or metrics", "neither");
    }
    const measured = measurement(pass, loss, metrics);
    try {
      return await measured.run(watch);
    } finally {
      measured.dispose();
    }
  });
}
