import { weightName } from "../arguments";
import type * as tf from "../tf";
import { checkList } from "./check-given";

/** Variables in a list; or by the names that errors call them, as `namedWeights` of `unroll/rnn` gives them. */
export type Variables = readonly tf.Variable[] | Readonly<Record<string, tf.Variable>>;

/** Variables in a list, and what errors call each. */
export interface NamedVariables {
  readonly list: readonly tf.Variable[];
  readonly names: readonly string[];
}

/** @throws CompileError when `given` is neither a list nor a record */
export function readVariables(where: string, argument: string, given: Variables): NamedVariables {
  if (isRecord(given)) return { list: Object.values(given), names: Object.keys(given) };
  checkList(where, argument, given);
  const list = given as readonly tf.Variable[];
  return { list, names: list.map((variable, i) => `${argument}[${i}]${ownName(variable)}`) };
}

/** What the nodes of variables are called in a graph for readers; "" where neither the record nor a model names one. */
export function nodeNames(given: Variables): (variable: tf.Variable) => string {
  const names = new Map(isRecord(given) ? Object.entries(given).map(([name, variable]) => [variable, name]) : []);
  return (variable) => names.get(variable) ?? weightName(variable, "");
}

const isRecord = (given: Variables): given is Readonly<Record<string, tf.Variable>> =>
  typeof given === "object" && given !== null && Object.getPrototypeOf(given) === Object.prototype;

/** The name that its model or its maker gave a variable. */
function ownName(variable: tf.Variable | undefined): string {
  const name = typeof variable?.name === "string" ? weightName(variable, "") : "";
  return name === "" ? "" : ` (${name})`;
}
