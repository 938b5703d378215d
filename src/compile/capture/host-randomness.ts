import { CompileError } from "../errors";

/**
 * Refuses `Math.random` until the returned function is called: what is drawn during a capture would stay in the graph as
 * a constant.
 */
export function refuseHostRandomness(): () => void {
  const { random } = Math;
  Math.random = () => {
    throw drawnOnTheHost(randomFunctionOnTheStack() ?? "Math.random");
  };
  return () => {
    Math.random = random;
  };
}

/**
 * Refuses host values that come from `tf.random…` or `tf.dropout`. Seeded, they draw from a generator that is bundled into
 * TensorFlow.js, out of reach; so whoever hands over values is looked for on the stack.
 */
export function refuseRandomValues(): void {
  const name = randomFunctionOnTheStack();
  if (name !== undefined) throw drawnOnTheHost(name);
}

const NAMES =
  /\b(randomUniformInt|randomUniform|randomNormal|randomStandardNormal|truncatedNormal|randomGamma|multinomial|dropout)_\b/;

/** The outermost one: `tf.dropout` where it called `tf.randomUniform`. */
function randomFunctionOnTheStack(): string | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 30;
  const lines = new Error().stack?.split("\n") ?? [];
  Error.stackTraceLimit = stackTraceLimit;
  const names = lines.map((line) => NAMES.exec(line)?.[1]).filter((name) => name !== undefined);
  return names.length > 0 ? `tf.${names.at(-1)}` : undefined;
}

function drawnOnTheHost(what: string): CompileError {
  return new CompileError(
    `compile: ${what} draws on the host, once, and every call would see the same numbers. Pass random tensors as ` +
      "arguments, or use the library's dropout and `training: { seed, step }`",
  );
}
