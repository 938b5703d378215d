import * as tf from "../tf";
import { CompileError } from "./errors";

/**
 * Refuses host randomness until the returned function is called: `tf.random…` and `tf.dropout`, seeded or not, would be
 * drawn once and stay in the graph as constants.
 */
export function refuseRandomness(): () => void {
  const { seedrandom } = tf.nativeParts();
  const { alea } = seedrandom;
  const { random } = Math;
  seedrandom.alea = refuse;
  Math.random = refuse;
  return () => {
    seedrandom.alea = alea;
    Math.random = random;
  };
}

const NAMES =
  /\b(randomUniformInt|randomUniform|randomNormal|randomStandardNormal|truncatedNormal|randomGamma|dropout)_?\b/;

function refuse(): never {
  const found = new Error().stack?.split("\n").map((line) => NAMES.exec(line)?.[1]);
  const names = [...new Set(found?.filter((name) => name !== undefined))];
  const what = names.length > 0 ? `tf.${names.at(-1)}` : "Math.random";
  throw new CompileError(
    `compile: ${what} draws on the host, once, and every call would see the same numbers. Pass random tensors as ` +
      "arguments, or use the library's dropout and `training: { seed, step }`",
  );
}
