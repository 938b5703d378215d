import {
  FLOAT32,
  type GraphWriter,
  gatherRows,
  type SlicedUpdate,
  scatterRows,
  typeAttr,
  type UpdateInputs,
} from "../../../compile/extend";
import * as tf from "../../../tf";
import { checkBelowOne, describe } from "../../checks";
import { ArgumentError } from "../../errors";
import { variablesOf, type WeightsOf } from "./part-rates";

export interface WeightDecayOptions {
  /**
   * The share of a weight that every step subtracts. Of a weight whose gradient is in slices (see `Embedding`) only the rows
   * that were looked up decay, as in TensorFlow 1.x's contrib. Default: 0.01.
   */
  weightDecay?: number;
  /**
   * Multiplies the share by the learning rate: w −= learningRate · weightDecay · w, as PyTorch and Keras do. So the decay
   * follows a schedule, and `partRates`. Default: false, w −= weightDecay · w, as TensorFlow 1.x's contrib and TensorFlow
   * Addons do.
   */
  decayByRate?: boolean;
  /**
   * The weights that do not decay: a list of variables, cells and layers; or "vectors", all weights of one axis, which are
   * biases and the gains of norms. Default: none, all weights decay.
   */
  excludeFromWeightDecay?: "vectors" | readonly WeightsOf[];
}

export const WEIGHT_DECAY_OPTIONS = ["excludeFromWeightDecay", "decayByRate", "weightDecay"] as const;

/** Decoupled weight decay (Loshchilov and Hutter 2017): it shrinks the weights before the optimizer's step. */
export class WeightDecay {
  private readonly share: number;
  private readonly byRate: boolean;
  private readonly isExcluded: (variable: tf.Variable) => boolean;

  /** @throws ArgumentError when an option is out of range */
  constructor(where: string, options: WeightDecayOptions) {
    const { weightDecay = 0.01, decayByRate = false, excludeFromWeightDecay = [] } = options;
    checkBelowOne(where, "weightDecay", weightDecay);
    if (typeof decayByRate !== "boolean") {
      throw new ArgumentError(where, "decayByRate", "true or false", describe(decayByRate));
    }
    this.share = weightDecay;
    this.byRate = decayByRate;
    this.isExcluded = exclusion(where, excludeFromWeightDecay);
  }

  /** Shrinks a weight eagerly. @param of the weight that `variable` has rows of. Default: `variable` itself. */
  decay(variable: tf.Variable, rate: number, of = variable): void {
    if (this.isExcluded(of)) return;
    const share = this.byRate ? Math.fround(rate * Math.fround(this.share)) : this.share;
    variable.assign(tf.sub(variable, tf.mul(variable, share)));
  }

  /** Writes the same. @returns the inputs of the optimizer's own update, whose gradient waits for the decay */
  write(writer: GraphWriter, inputs: UpdateInputs, rate: string): UpdateInputs {
    if (this.isExcluded(inputs.weight)) return inputs;
    // The control input makes the decay wait for the gradient, because the gradient must be computed from the weights
    // before the decay.
    const weights = writer.node("ReadVariableOp", [inputs.variable, `^${nodeOf(inputs.gradient)}`], {
      dtype: typeAttr(FLOAT32),
    });
    const share = this.writeShare(writer, weights, rate);
    const decayed = writer.node("AssignSubVariableOp", [inputs.variable, share], { dtype: typeAttr(FLOAT32) });
    return { ...inputs, gradient: writer.identity(inputs.gradient, FLOAT32, [`^${decayed}`]) };
  }

  /** The same for a gradient in slices, of which no two have the same row: only these rows decay, as in TensorFlow 1.x. */
  writeRows(writer: GraphWriter, inputs: SlicedUpdate, rate: string): SlicedUpdate {
    if (this.isExcluded(inputs.weight)) return inputs;
    const { values, indices } = inputs.gradient;
    const rows = gatherRows(writer, inputs.variable, indices, [`^${nodeOf(values)}`]); // as above
    const share = this.writeShare(writer, rows, rate);
    const decayed = scatterRows(writer, "ResourceScatterSub", inputs.variable, { values: share, indices });
    return { ...inputs, gradient: { values: writer.identity(values, FLOAT32, [decayed]), indices } };
  }

  private writeShare(writer: GraphWriter, weights: string, rate: string): string {
    const part = writer.float(this.share);
    const factor = this.byRate ? writer.binary("Mul", rate, part, FLOAT32) : part;
    return writer.binary("Mul", weights, factor, FLOAT32);
  }
}

function exclusion(where: string, excluded: "vectors" | readonly WeightsOf[]): (variable: tf.Variable) => boolean {
  if (excluded === "vectors") return ({ rank }) => rank < 2;
  if (!Array.isArray(excluded)) {
    const expected = '"vectors", or a list of variables, cells and layers';
    throw new ArgumentError(where, "excludeFromWeightDecay", expected, describe(excluded));
  }
  const variables = new Set(variablesOf(where, "excludeFromWeightDecay", excluded));
  return (variable) => variables.has(variable);
}

const nodeOf = (ref: string) => ref.split(":")[0] as string;
