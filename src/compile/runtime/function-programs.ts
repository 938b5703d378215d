import type * as tf from "../../tf";
import { emit } from "../emit/emit";
import { dtypeOf } from "../engine/backend";
import { FLOAT32 } from "../engine/dtypes";
import type { Trace } from "../ir/trace";
import { type ArgumentSignature, isReplicated } from "../shard/argument";
import { checkShardResults, type MapPlan, mapShards } from "../shard/map-shards";
import { regrouped } from "../shard/regrouped";
import { checkRows } from "./check-rows";
import { nudged } from "./nudge";
import { Program } from "./program";
import type { ProgramInputs, WriteProgram } from "./program-graph";

/** A function whose batch is cut into shards. */
interface MappedSource {
  readonly inputs: readonly tf.Tensor[];
  readonly variables: readonly tf.Variable[];
  readonly signatures: readonly ArgumentSignature[];
  readonly plan: MapPlan;
}

/** Writes a function's graph. */
export const plainGraph =
  (trace: Trace, variables: readonly tf.Variable[]): WriteProgram =>
  (at) => ({ outputs: typed(emitWhole(at, trace, variables), trace), writes: [] });

/** Writes the graph of a function, captured on one shard, for all shards of a batch. */
export const mappedGraph =
  (trace: Trace, { variables, plan }: MappedSource): WriteProgram =>
  (at) => ({ outputs: typed(emitMapped(at, trace, variables, plan), trace), writes: [] });

/** Compares a function's results for its first batch with those of the batch's shards. @throws CompileError */
export function checkMapped(trace: Trace, whole: Trace, { inputs, variables, signatures, plan }: MappedSource): void {
  checkShardResults(trace, plan.batchSize / plan.shards);
  checkShardResults(whole, plan.batchSize); // what all examples share may have as many rows as a shard, by chance
  const dtypes = signatures.map(({ dtype }) => dtype);
  const write: WriteProgram = (at) => {
    const { writer } = at;
    const nudge = at.inputs.at(-1) as string;
    const given = dtypes.map((dtype, i) => nudged(writer, at.inputs[i] as string, dtype, { nudge, place: i }));
    const reads = readAll(at, variables).map((read, i) =>
      nudged(writer, read, dtypeOf(variables[i] as tf.Variable), { nudge, place: dtypes.length + i }),
    );
    const mapped = typed(mapShards(writer, trace, { inputs: given, reads }, plan), trace);
    const ofWhole = emit(writer, whole, { inputs: [...given, ...reads], enter: (value) => value });
    return { outputs: [...typed(ofWhole, whole), ...mapped], writes: [] };
  };
  const program = new Program([...signatures, { shape: [], dtype: FLOAT32 }], variables, write, { rewriting: "none" });
  const isCut = (i: number) => !isReplicated(signatures[i] as ArgumentSignature);
  const run = (groups: "ab" | "aa" | "bb", nudge = 0) =>
    groups === "ab"
      ? program.read(inputs, [[nudge]])
      : regrouped(inputs, isCut, plan, groups, (given) => program.read(given, [[nudge]]));
  try {
    checkRows(run, { ...plan, results: whole.results });
  } finally {
    program.dispose();
  }
}

function emitWhole({ writer, inputs, handles }: ProgramInputs, trace: Trace, variables: readonly tf.Variable[]) {
  const reads = readAll({ writer, inputs, handles }, variables);
  return emit(writer, trace, { inputs: [...inputs, ...reads], enter: (value) => value });
}

function emitMapped(
  { writer, inputs, handles }: ProgramInputs,
  trace: Trace,
  variables: readonly tf.Variable[],
  plan: MapPlan,
) {
  return mapShards(writer, trace, { inputs, reads: readAll({ writer, inputs, handles }, variables) }, plan);
}

const readAll = ({ writer, handles }: ProgramInputs, variables: readonly tf.Variable[]) =>
  handles.map((handle, i) => writer.readVariable(handle, dtypeOf(variables[i] as tf.Variable)));

const typed = (refs: readonly string[], { results }: Trace) =>
  refs.map((ref, i) => ({ ref, dtype: results[i]?.dtype as number }));
