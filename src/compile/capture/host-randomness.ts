import { CompileError } from "../errors";

/**
 * Makes `Math.random` throw until the returned function is called. A number that it draws during a capture would become a
 * constant of the graph.
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
 * Refuses host values that `tf.random…` or `tf.dropout` made. With a seed these draw from a generator inside TensorFlow.js's
 * bundle, which cannot be replaced as `Math.random` can; so the function is found by its name on the stack.
 *
 * @throws CompileError when such a function is on the stack
 */
export function refuseRandomValues(): void {
  const name = randomFunctionOnTheStack();
  if (name !== undefined) throw drawnOnTheHost(name);
}

const NAMES =
  /\b(randomUniformInt|randomUniform|randomNormal|randomStandardNormal|truncatedNormal|randomGamma|multinomial|dropout)_\b/;

/** The name of the outermost such function: `tf.dropout` if that called `tf.randomUniform`. */
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
