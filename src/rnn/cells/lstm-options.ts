import { checkCount, checkFinite, checkFunction, checkNotNegative, checkOptions } from "../checks";
import { ArgumentError } from "../errors";
import type { Initializer } from "../weights/initializers";
import type { Activation } from "./basic-rnn";

export interface BasicLSTMCellOptions {
  /** Features of one time step's input. */
  inputSize: number;
  /** Units of the memory c. */
  numUnits: number;
  /** Added to the forget gate before its sigmoid, so that an untrained cell keeps its memory. Default: 1. */
  forgetBias?: number;
  /** φ. Default: tanh. */
  activation?: Activation;
  /** σ of the gates. `hardSigmoid` is that of Keras before 2.3. Default: sigmoid, with which TensorFlow's fused cell runs. */
  recurrentActivation?: Activation;
  /** Whether the cell has biases. Default: true. */
  useBias?: boolean;
  /** The initial values of the kernel, the peepholes and the projection. Default: Glorot uniform. */
  kernelInitializer?: Initializer;
  /** Fixes the initial weights. Default: other weights at every construction. */
  seed?: number;
}

export interface LSTMCellOptions extends BasicLSTMCellOptions {
  /** Adds peepholes: weights from the memory c to the gates (Gers and Schmidhuber 2000). Default: false. */
  usePeepholes?: boolean;
  /** Clips c to [−cellClip, cellClip]; with 0 to 0, as TensorFlow 1.x does. Default: no clipping. */
  cellClip?: number;
  /** Projects the output to this number of features (Sak et al. 2014, arXiv:1402.1128). Default: no projection. */
  numProj?: number;
  /** Clips the projected output to [−projClip, projClip]. With 0 to 0. Needs `numProj`. Default: no clipping. */
  projClip?: number;
}

export const BASIC_LSTM_OPTIONS =
  "inputSize numUnits forgetBias activation recurrentActivation useBias kernelInitializer seed".split(" ");
const MORE_OPTIONS = [...BASIC_LSTM_OPTIONS, "usePeepholes", "cellClip", "numProj", "projClip"];

/** @throws ArgumentError when an option is out of range or unknown */
export function checkLSTMOptions(options: LSTMCellOptions): void {
  checkOptions("LSTMCell", options, MORE_OPTIONS);
  const { inputSize, numUnits, numProj, forgetBias = 1, cellClip, projClip } = options;
  const { activation, recurrentActivation } = options;
  for (const [name, value] of Object.entries({ activation, recurrentActivation })) {
    if (value !== undefined) checkFunction("LSTMCell", name, value);
  }
  checkCount("LSTMCell", "inputSize", inputSize);
  checkCount("LSTMCell", "numUnits", numUnits);
  if (numProj !== undefined) checkCount("LSTMCell", "numProj", numProj);
  checkFinite("LSTMCell", "forgetBias", forgetBias);
  if (cellClip !== undefined) checkNotNegative("LSTMCell", "cellClip", cellClip);
  if (projClip !== undefined && numProj === undefined) {
    throw new ArgumentError("LSTMCell", "projClip", "a projection to clip, numProj", "none");
  }
  if (projClip !== undefined) checkNotNegative("LSTMCell", "projClip", projClip);
}
