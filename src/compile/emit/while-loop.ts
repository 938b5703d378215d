import { INT32 } from "../engine/dtypes";
import { boolAttr, intAttr, stringAttr, typeAttr } from "../engine/protobuf";
import type { GraphWriter, Ref } from "./graph-writer";

/** A value that a loop carries from one iteration to the next. */
export interface Carried {
  readonly dtype: number;
  readonly initial: Ref;
}

export interface LoopOptions {
  /** The name of the loop's frame, which no other loop of the graph has. */
  readonly frame: string;
  /** The scope of the loop's nodes. Default: the frame's name. */
  readonly scope?: string;
  /** The number of iterations, or the value that has it, right outside the loop. With a condition, the largest number. */
  readonly iterations: number | Ref;
  /**
   * Writes a further condition of an iteration, a bool scalar, from the carried values before it. It runs once more than the
   * iterations. Default: none.
   */
  readonly condition?: (loop: LoopContext) => Ref;
  /** How many iterations may run at once. */
  readonly parallel: number;
  /**
   * Whether each iteration waits for all values that enter the loop. Default: false, as TensorFlow needs no wait and starts
   * earlier without. TensorFlow.js needs it: there, a value that enters late reaches the first iteration only.
   */
  readonly waits?: boolean;
  /** Enters a value from outside all loops into the loop around this one. Default: there is no loop around it. */
  readonly enterParent?: (value: Ref, dtype: number) => Ref;
}

/** The inside of a loop, for whoever writes its body. */
export interface LoopContext {
  /** The number of the iteration, from 0. */
  readonly index: Ref;
  /** The carried values at the start of the iteration. */
  readonly carried: readonly Ref[];
  /** Enters a value from right outside the loop; it is the same in every iteration. */
  enter(value: Ref, dtype: number): Ref;
  /** Enters a value from outside all loops, through the loops around this one. */
  enterFromTop(value: Ref, dtype: number): Ref;
}

/**
 * Writes a counted loop out of TensorFlow 1.x's control-flow ops (Yu et al. 2018, arXiv:1805.01772): Enter, Merge, Switch,
 * NextIteration, Exit. An iteration starts as soon as its number is known, so iterations run in parallel, and only what
 * depends on carried values waits for the iteration before. With a condition, an iteration starts when its condition holds.
 *
 * @param body writes one iteration; returns the carried values at its end
 * @returns the carried values at the end of the last iteration
 */
export function writeLoop(
  writer: GraphWriter,
  options: LoopOptions,
  carried: readonly Carried[],
  body: (loop: LoopContext) => readonly Ref[],
): Ref[] {
  return writer.inScope(options.scope ?? options.frame, () => {
    return writeNodes(writer, options, carried, body).carried.map((exit) => exit());
  });
}

/** The same for a loop that also has a condition. @returns also the number of iterations */
export function writeConditionalLoop(
  writer: GraphWriter,
  options: LoopOptions,
  carried: readonly Carried[],
  body: (loop: LoopContext) => readonly Ref[],
): { iterations: Ref; carried: Ref[] } {
  return writer.inScope(options.scope ?? options.frame, () => {
    const ends = writeNodes(writer, options, carried, body);
    return { iterations: ends.iterations(), carried: ends.carried.map((exit) => exit()) };
  });
}

/** @returns functions that write the exits of the loop */
function writeNodes(
  writer: GraphWriter,
  { frame, iterations, parallel, condition, waits = false, enterParent = (value) => value }: LoopOptions,
  carried: readonly Carried[],
  body: (loop: LoopContext) => readonly Ref[],
) {
  const frameAttributes = { frame_name: stringAttr(frame), parallel_iterations: intAttr(parallel) };
  const enterNode = (value: Ref, dtype: number, constant: boolean) =>
    writer.node("Enter", [value], { T: typeAttr(dtype), is_constant: boolAttr(constant), ...frameAttributes });
  const entered = new Map<Ref, Ref>();
  const enter = (value: Ref, dtype: number) => {
    const inside = entered.get(value) ?? enterNode(value, dtype, true);
    entered.set(value, inside);
    return inside;
  };
  const enterFromTop = (value: Ref, dtype: number) => enter(enterParent(value, dtype), dtype);
  const int = (value: number) => enterFromTop(writer.int(value), INT32);
  const count = typeof iterations === "number" ? int(iterations) : enter(iterations, INT32);
  const start = enterParent(writer.int(0), INT32);
  const variables = [{ dtype: INT32, initial: start }, ...carried].map(({ dtype, initial }) => {
    const next = writer.freshName("Next");
    const attributes = { T: typeAttr(dtype), N: intAttr(2) };
    return { dtype, next, merge: writer.node("Merge", [enterNode(initial, dtype, false), next], attributes) };
  });
  const [counter] = variables as [(typeof variables)[0]];
  const less = writer.freshName("Less");
  const and = condition && writer.freshName("LogicalAnd");
  const holds = writer.node("LoopCond", [and ?? less]);
  const switches = variables.map(({ dtype, merge }) => writer.node("Switch", [merge, holds], { T: typeAttr(dtype) }));
  // A Switch's output 1 goes into an iteration, its output 0 out of the loop.
  const [index, ...current] = switches.map((node) => `${node}:1`);
  const results = body({ index: index as Ref, carried: current, enter, enterFromTop });
  const one = int(1);
  const merges = variables.map(({ merge }) => merge);
  const also = condition?.({ index: merges[0] as Ref, carried: merges.slice(1), enter, enterFromTop });
  const invariants = waits ? [...entered.values()].map((inside) => `^${inside}`) : [];
  writer.node("Less", [counter.merge, count, ...invariants], { T: typeAttr(INT32) }, less);
  if (also !== undefined) writer.node("LogicalAnd", [less, also], {}, and);
  const following = writer.binary("AddV2", index as Ref, one, INT32);
  // A result need not depend on any value of this iteration. The pivot ties it to the iteration: without it, the value
  // would start one more iteration after the last.
  const pivot = writer.identity(index as Ref, INT32);
  [following, ...results].forEach((value, i) => {
    const { dtype, next } = variables[i] as (typeof variables)[0];
    writer.node("NextIteration", [value, `^${pivot}`], { T: typeAttr(dtype) }, next);
  });
  const [iterationsExit, ...exits] = switches.map((node, i) => () => {
    return writer.node("Exit", [node], { T: typeAttr(variables[i]?.dtype as number) });
  });
  return { iterations: iterationsExit as () => Ref, carried: exits };
}
