import { boolAttr, intAttr, stringAttr, typeAttr } from "../engine/protobuf";
import type { GraphWriter, Ref } from "./graph-writer";

/** A value that a loop carries from one iteration to the next. */
export interface Carried {
  readonly dtype: number;
  readonly initial: Ref;
}

export interface LoopOptions {
  /** A name of its own, which no other loop of the graph has. */
  readonly frame: string;
  /** How often, or where that number stands, right outside. */
  readonly iterations: number | Ref;
  /** How many iterations may be under way at once. */
  readonly parallel: number;
  /**
   * Has every round wait for all that is brought in. TensorFlow.js needs it: what is brought in late reaches its first
   * round only. TensorFlow does not, and begins earlier without.
   */
  readonly waits?: boolean;
  /** Brings a value from the top into the loop that this one stands in. */
  readonly around?: (value: Ref, dtype: number) => Ref;
}

/** The inside of a loop, while its body is written. */
export interface LoopBody {
  /** The iteration's number, from 0. */
  readonly index: Ref;
  /** What is carried, as this iteration finds it. */
  readonly carried: readonly Ref[];
  /** Brings a value from right outside in, the same in every iteration. */
  bring(value: Ref, dtype: number): Ref;
  /** Brings a value from the top in, through the loops around. */
  bringFromTop(value: Ref, dtype: number): Ref;
}

/**
 * Writes a counted loop out of TensorFlow 1.x's control-flow operations (Yu et al. 2018, arXiv:1805.01772): Enter,
 * Merge, Switch, NextIteration, Exit. An iteration begins as soon as its number is known, so that iterations run in
 * parallel and only what is carried waits.
 *
 * @param body writes one iteration and returns what is carried on
 * @returns what is carried out of the last iteration
 */
export function writeLoop(
  writer: GraphWriter,
  { frame, iterations, parallel, waits = false, around = (value) => value }: LoopOptions,
  carried: readonly Carried[],
  body: (inside: LoopBody) => readonly Ref[],
): Ref[] {
  const { TF_INT32 } = writer.binding;
  const frameAttributes = { frame_name: stringAttr(frame), parallel_iterations: intAttr(parallel) };
  const enter = (value: Ref, dtype: number, constant: boolean) =>
    writer.node("Enter", [value], { T: typeAttr(dtype), is_constant: boolAttr(constant), ...frameAttributes });
  const brought = new Map<Ref, Ref>();
  const bring = (value: Ref, dtype: number) => {
    const inside = brought.get(value) ?? enter(value, dtype, true);
    brought.set(value, inside);
    return inside;
  };
  const bringFromTop = (value: Ref, dtype: number) => bring(around(value, dtype), dtype);
  const number = (value: number) => bringFromTop(writer.int(value), TF_INT32);
  const count = typeof iterations === "number" ? number(iterations) : bring(iterations, TF_INT32);
  const start = around(writer.int(0), TF_INT32);
  const all = [{ dtype: TF_INT32, initial: start }, ...carried].map(({ dtype, initial }) => {
    const next = writer.freshName("Next");
    const attributes = { T: typeAttr(dtype), N: intAttr(2) };
    return { dtype, next, merge: writer.node("Merge", [enter(initial, dtype, false), next], attributes) };
  });
  const [counter] = all as [(typeof all)[0]];
  const goOn = writer.freshName("Less");
  const condition = writer.node("LoopCond", [goOn]);
  const switched = all.map(({ dtype, merge }) => writer.node("Switch", [merge, condition], { T: typeAttr(dtype) }));
  const [index, ...found] = switched.map((branch) => `${branch}:1`); // :0 is for the round after the last
  const results = body({ index: index as Ref, carried: found, bring, bringFromTop });
  const one = number(1);
  const everything = waits ? [...brought.values()].map((inside) => `^${inside}`) : [];
  writer.node("Less", [counter.merge, count, ...everything], { T: typeAttr(TF_INT32) }, goOn);
  const following = writer.binary("AddV2", index as Ref, one, TF_INT32);
  // What is carried on need not depend on what was carried in; without the pivot the last round would then begin another.
  const pivot = writer.identity(index as Ref, TF_INT32);
  [following, ...results].forEach((value, i) => {
    const { dtype, next } = all[i] as (typeof all)[0];
    writer.node("NextIteration", [value, `^${pivot}`], { T: typeAttr(dtype) }, next);
  });
  return switched
    .slice(1)
    .map((branch, i) => writer.node("Exit", [branch], { T: typeAttr(carried[i]?.dtype as number) }));
}
