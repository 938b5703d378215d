import { FLOAT32, type GraphWriter, typeAttr, type UpdateInputs } from "../../../compile/extend";
import * as tf from "../../../tf";
import { checkBelowOne, describe } from "../../checks";
import { ArgumentError } from "../../errors";
import { variablesOf, type WeightsOf } from "./part-rates";

export interface WeightDecayOptions {
  /** The share of a weight that every step subtracts. Default: 0.01. */
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

  /** Shrinks a weight eagerly. */
  decay(variable: tf.Variable, rate: number): void {
    if (this.isExcluded(variable)) return;
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
    const part = writer.float(this.share);
    const share = writer.binary(
      "Mul",
      weights,
      this.byRate ? writer.binary("Mul", rate, part, FLOAT32) : part,
      FLOAT32,
    );
    const decayed = writer.node("AssignSubVariableOp", [inputs.variable, share], { dtype: typeAttr(FLOAT32) });
    return { ...inputs, gradient: writer.identity(inputs.gradient, FLOAT32, [`^${decayed}`]) };
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
