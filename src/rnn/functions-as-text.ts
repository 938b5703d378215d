import { ArgumentError, describe, nearestName, plain } from "../arguments";

/** The options of cells and layers that are functions, and the names that Keras gives as texts: what is written here. */
const ACTIVATIONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["relu", "relu6", "tanh", "sigmoid", "softmax", "softplus", "elu", "selu"].map((name) => [name, `tf.${name}`]),
  ),
  hardsigmoid: "hardSigmoid of unroll/rnn",
  linear: "no activation at all: leave the option out of a layer, and write (x) => x for a cell",
};
const INITIALIZERS = ["glorotUniform", "glorotNormal", "heUniform", "heNormal", "zerosInitializer", "onesInitializer"];
/** These return an initializer. */
const MAKERS = ["orthogonal", "randomUniform", "randomNormal", "truncatedNormal", "varianceScaling"];
const FUNCTIONS = ["activation", "recurrentActivation", "kernelInitializer", "initializer"] as const;

/** Refuses options among these that are given and are no functions. @throws ArgumentError with what to write for a text */
export function checkFunctionOptions(where: string, options: Readonly<Record<string, unknown>>): void {
  for (const name of FUNCTIONS) {
    const value = options[name];
    if (value === undefined || typeof value === "function") continue;
    throw new ArgumentError(where, name, `a function${hint(name, value)}`, describe(value));
  }
}

function hint(name: string, value: unknown): string {
  const isActivation = /activation$/i.test(name);
  if (typeof value !== "string") return isActivation ? ", say tf.relu" : ", say glorotUniform";
  const word = plain(value);
  if (isActivation) return `: ${Object.hasOwn(ACTIVATIONS, word) ? ACTIVATIONS[word] : "tf.relu, for example"}`;
  const full = word === "zeros" || word === "ones" ? `${word}Initializer` : value;
  const nearest = nearestName(full, [...INITIALIZERS, ...MAKERS]);
  if (nearest === undefined) return ", say glorotUniform";
  return `: ${nearest}${MAKERS.includes(nearest) ? "()" : ""} of unroll/rnn`;
}
