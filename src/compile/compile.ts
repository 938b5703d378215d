import * as tf from "../tf";
import { capture } from "./capture/capture";
import { checkGiven, checkList } from "./check-given";
import { copyOf } from "./engine/backend";
import { CompileError } from "./errors";
import type { Trace } from "./ir/trace";
import { lower } from "./lower";
import type { Plan } from "./plan/plan";
import { planFor } from "./plan/plan-for";
import { firstRows } from "./rows";
import { type FunctionGraph, functionGraph } from "./runtime/function-graph";
import { checkMapped, mappedGraph, plainGraph } from "./runtime/function-programs";
import { inBackground } from "./runtime/in-background";
import { type CallOptions, Program } from "./runtime/program";
import { checkThreads, type ThreadsOption } from "./runtime/session/threads";
import { signaturesOf } from "./runtime/signatures";
import { checkGraphs, Specializations } from "./runtime/specializations";
import { followedBy, type Started } from "./runtime/started";
import { type ArgumentSignature, batchSizeOf, isReplicated } from "./shard/argument";
import { namingShard } from "./shard/naming-shard";
import { shardCount } from "./shard/shards";
import { markSharedDraws } from "./shard/shared-draws";
import { type Arguments, tensorsOf } from "./shared";
import { nodeNames, readVariables, type Variables } from "./variables";

export interface CompileOptions extends ThreadsOption {
  /**
   * Every variable that the function uses. Training, assignments and other compiled functions may change them: the
   * compiled function always sees their present values. A list, or by the names that errors call them
   * (`namedWeights(cell)`). Default: none.
   */
  variables?: Variables;
  /**
   * Splits all arguments but scalars and shared ones (`shared(t)`) along their first axis into this number of shards,
   * or the next smaller number that divides it. The shards run in parallel, and their results are concatenated. For
   * functions whose results have one row for each example, and whose result for an example depends on that example
   * alone: the first call with new shapes compares them with those of the whole batch, and refuses the function where
   * they differ. Default: 1.
   */
  shards?: number;
  /**
   * The most graphs that are kept, one for each list of shapes and types of the arguments. Where there are more, the one that was
   * used longest ago is closed, and a line on stderr says so once. Default: 64.
   */
  graphs?: number;
}

/** A compiled function. It returns new tensors, which the caller disposes. */
export interface Compiled<Inputs extends readonly tf.Tensor[], Output extends tf.Tensor | tf.Tensor[]> {
  (...inputs: Arguments<Inputs>): Output;
  /**
   * The same, on another thread: JavaScript goes on meanwhile, so that timers and servers live. The arguments may be disposed at
   * once. Without the native addon (see `unroll setup`) the function runs at once, as the call without promise.
   *
   * @returns a promise of what the call returns, rejected where the call throws; its tensors belong to no `tf.tidy`
   */
  callAsync(...inputs: Arguments<Inputs>): Promise<Output>;
  /** Closes its sessions. The variables stay alive. */
  dispose(): void;
}

/**
 * Compiles a function of tensors, and the gradients inside it, to one native graph.
 *
 * The first call with arguments of new shapes or types calls the function once and records its operations; later calls
 * run the graph. So the function must do the same operations at every call, without reading a tensor's values and without
 * random numbers of the host. A JavaScript number in it is baked into the graph at that first call: a number that changes
 * is to be an argument, as a scalar tensor.
 *
 * Where the arguments are those of one example (their first size is 1, or they have at most one axis), all operations are usual ones
 * on float32 and int32, and the products have at most 67 million multiply-adds, the library's own kernels compute the function on one
 * thread, without a session: two to four times faster for recurrent layers of up to some hundred units.
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 28, numUnits: 64 });
 *   const lastState = compile((x: tf.Tensor3D) => dynamicRnn(cell, x)[1], { variables: cell.variables });
 *   console.log(lastState(tf.zeros([32, 50, 28])).shape); // [32, 64]
 *
 * @param compute a function of tensors that returns a tensor or a list of tensors
 * @throws CompileError when an option is wrong; and, at a call, when the function cannot become a graph: the message says
 *   why, and what to do instead
 */
export function compile<Inputs extends readonly tf.Tensor[], Output extends tf.Tensor | tf.Tensor[]>(
  compute: (...inputs: Inputs) => Output,
  options: CompileOptions = {},
): Compiled<Inputs, Output> {
  checkGiven("compile", compute, options, ["variables", "shards", "graphs", "threads"]);
  const { shards = 1, graphs, threads } = options;
  checkGraphs("compile", graphs);
  checkThreads("compile", threads);
  const { list: variables, names } = readVariables("compile", "variables", options.variables ?? []);
  const built = new Specializations<ReturnType<typeof build>>("compile", "the compiled function", graphs);
  const start = (given: Arguments<Inputs>, options: Pick<CallOptions, "inBackground"> = {}): Started<Output> => {
    built.checkOpen();
    const signatures = signaturesOf(given, variables, names);
    const inputs = tensorsOf(given) as unknown as Inputs;
    const {
      program,
      isList,
      batchSize,
      shards: made,
    } = built.for(signatures, () => build(compute, inputs, { variables, signatures, shards, threads }));
    const naming = <T>(run: () => T): T => namingShard(batchSize / made, batchSize, run);
    const started = naming(() => program.start(inputs, options));
    return followedBy(started, (result) => {
      const { tensors } = naming(result);
      return (isList ? [...tensors] : tensors[0]) as Output;
    });
  };
  const call = (...given: Arguments<Inputs>) => start(given).result();
  const callAsync = (...given: Arguments<Inputs>) => inBackground(given, (kept) => start(kept, { inBackground: true }));
  return Object.assign(call, { callAsync, dispose: () => built.dispose() });
}

/**
 * The graph that `compile` makes of a function for arguments of these shapes and types: what TensorFlow 1.x's
 * `tf.get_default_graph()` shows. `graphDiagram` of `unroll/plot` draws it, `writeGraph` of `unroll/train` writes it for
 * TensorBoard.
 *
 * @example
 *   const cell = new BasicRNNCell({ inputSize: 3, numUnits: 5 });
 *   const lastState = (x: tf.Tensor3D) => dynamicRnn(cell, x)[1];
 *   const { nodes } = graphOf(lastState, [tf.zeros([4, 2, 3])], { variables: cell.variables });
 *   console.log(nodes.filter(({ op }) => op === "MatMul").length); // 3: one for all inputs, one a step for the state
 *
 * @param inputs tensors of the shapes and types that the function is called with; they stay the caller's
 * @throws CompileError as `compile` and its call
 */
export function graphOf<Inputs extends readonly tf.Tensor[]>(
  compute: (...inputs: Inputs) => tf.Tensor | tf.Tensor[],
  inputs: Arguments<Inputs>,
  options: Omit<CompileOptions, "graphs" | "threads"> = {},
): FunctionGraph {
  checkGiven("graphOf", compute, options, ["variables", "shards"]);
  checkList("graphOf", "inputs", inputs);
  const { shards = 1 } = options;
  const { list: variables, names } = readVariables("graphOf", "variables", options.variables ?? []);
  const signatures = signaturesOf(inputs, variables, names);
  const { write } = planOf(compute, tensorsOf(inputs) as unknown as Inputs, { variables, signatures, shards });
  return functionGraph(signatures, variables, write, nodeNames(options.variables ?? []));
}

interface FunctionSource {
  readonly variables: readonly tf.Variable[];
  readonly signatures: readonly ArgumentSignature[];
  readonly shards: number;
  readonly threads?: number | undefined;
}

/** What the program of a function with arguments of one list of shapes and types is written from. */
function planOf<Inputs extends readonly tf.Tensor[]>(
  compute: (...inputs: Inputs) => tf.Tensor | tf.Tensor[],
  inputs: Inputs,
  { variables, signatures, shards: asked }: FunctionSource,
) {
  const batchSize = asked > 1 ? sizeOf(signatures) : 1;
  const shards = shardCount(batchSize, asked);
  const isSliced = signatures.map((signature) => shards > 1 && !isReplicated(signature));
  const sample = inputs.map((input, i) => (isSliced[i] ? firstRows(input, batchSize / shards) : copyOf(input)));
  const ofShard = () => captureOn(compute, sample as unknown as Inputs, variables);
  const captured = namingShard(batchSize / shards, batchSize, ofShard);
  const sizes = { isList: captured.isList, batchSize, shards };
  if (shards === 1) return { ...sizes, trace: captured.trace, write: plainGraph(captured.trace, variables) };
  const whole = captureOn(compute, inputs.map(copyOf) as unknown as Inputs, variables).trace;
  const trace = markSharedDraws(captured.trace, whole);
  const source = { inputs, variables, signatures, plan: { signatures, batchSize, shards } };
  checkMapped(trace, whole, source);
  return { ...sizes, trace: undefined, write: mappedGraph(trace, source) };
}

/** A program for arguments of one list of shapes and types. */
function build<Inputs extends readonly tf.Tensor[]>(
  compute: (...inputs: Inputs) => tf.Tensor | tf.Tensor[],
  inputs: Inputs,
  source: FunctionSource,
) {
  const { write, trace, ...sizes } = planOf(compute, inputs, source);
  const isOfOne = source.signatures.every(({ shape }) => shape.length < 2 || shape[0] === 1);
  const plan =
    isOfOne && trace !== undefined && source.threads === undefined ? planFor(trace, source.variables, 0) : undefined;
  const program: Plan | Program =
    plan ?? new Program(source.signatures, source.variables, write, { threads: source.threads });
  return { ...sizes, program };
}

/** Captures the function on sample arguments, which are disposed. */
function captureOn<Inputs extends readonly tf.Tensor[]>(
  compute: (...inputs: Inputs) => tf.Tensor | tf.Tensor[],
  sample: Inputs,
  variables: readonly tf.Variable[],
): { trace: Trace; isList: boolean } {
  let isList = false;
  const run = () => {
    const result = compute(...sample);
    isList = Array.isArray(result);
    return isList ? (result as tf.Tensor[]) : [result as tf.Tensor];
  };
  try {
    const trace = lower(capture(run, [...sample, ...variables]));
    return { trace, isList };
  } finally {
    tf.dispose([...sample]);
  }
}

/** @throws CompileError when the arguments that are cut differ in their first size, or it is 0 */
function sizeOf(signatures: readonly ArgumentSignature[]): number {
  const size = batchSizeOf("compile: shards", "compiled(…)", signatures) ?? 1;
  if (size > 0) return size;
  throw new CompileError("compile: shards: expected at least one example, got a batch of none");
}
