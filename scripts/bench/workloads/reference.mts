/** What every Python peer starts from and must compute: our first weights, our batch, and our losses of the first steps. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GRUCell, ResetAfterGRUCell } from "unroll/rnn";
import type * as tfjs from "unroll/tf";
import type { Library } from "./library.mts";
import { batchOf, type Network, networkOf } from "./network.mts";
import { LEARNING_RATE } from "./steps.mts";
import type { Workload } from "./workload.mts";

/**
 * The step that a library can compute. Of a GRU, "reset-after": the reset gate acts after the product with the state, as in
 * cuDNN. "two-biases": the inputs' product and the state's have a bias each, so that Adam moves their sum twice as far.
 */
export type Form = "own" | "two-biases" | "reset-after" | "reset-after-two-biases";

export interface ReferenceOptions {
  /** Where the task is written. */
  readonly folder: string;
  readonly forms: readonly Form[];
}

export interface Reference {
  /** The path of the task that Python reads. */
  readonly task: string;
  /** The losses of the first steps, by form. */
  readonly losses: Readonly<Partial<Record<Form, readonly number[]>>>;
}

const STEPS = 3;

/** The library, and what writes arrays. */
export type WritingLibrary = Library & {
  readonly data: Pick<typeof import("unroll/data"), "numericArray" | "saveSafetensors">;
};

export async function writeReference(
  { data, ...library }: WritingLibrary,
  workload: Workload,
  { folder, forms }: ReferenceOptions,
): Promise<Reference> {
  const [x, y] = batchOf(library.tf, workload);
  const named: Record<string, tfjs.Tensor> = { x, y, ...firstWeights(networkOf(library, workload)) };
  const arrays = Object.entries(named).map(([name, tensor]) => {
    return [name, data.numericArray(tensor.dataSync(), tensor.shape)] as const;
  });
  const [task, file] = [join(folder, "task.json"), join(folder, "arrays.safetensors")];
  await data.saveSafetensors(file, Object.fromEntries(arrays));
  writeFileSync(task, JSON.stringify({ ...workload, arrays: file }));
  return { task, losses: Object.fromEntries(forms.map((form) => [form, firstLosses(library, workload, form)])) };
}

/** "layers.0.gates_kernel" is what the cell calls "gru_cell/gates/kernel". */
function firstWeights({ cells, dense }: Network): Record<string, tfjs.Variable> {
  const layers = cells.flatMap(({ weights = {} }, index) =>
    Object.entries(weights).map(([name, variable]) => {
      return [`layers.${index}.${name.split("/").slice(1).join("_")}`, variable] as const;
    }),
  );
  return { ...Object.fromEntries(layers), "head.kernel": dense.kernel, "head.bias": dense.bias };
}

function firstLosses(library: Library, workload: Workload, form: Form): number[] {
  const network = form.startsWith("reset-after") ? resetAfter(library, workload) : networkOf(library, workload);
  const doubled = form.endsWith("two-biases") ? network.cells.flatMap(sharedBiases) : [];
  const optimizer = new library.rnn.AdamOptimizer({
    learningRate: LEARNING_RATE,
    partRates: doubled.map((part) => ({ part, multiplier: 2 })),
  });
  const { variables, terms } = network;
  const step = library.compile.trainStep(terms, { variables, optimizer });
  const [x, y] = batchOf(library.tf, workload);
  return Array.from({ length: STEPS }, () => step(x, y));
}

/** The biases that a library with two of them adds up: all but those of a candidate, between which the reset gate stands. */
const sharedBiases = ({ weights = {} }: Network["cells"][number]): tfjs.Variable[] =>
  Object.entries(weights).flatMap(([name, variable]) =>
    name.endsWith("/bias") && !name.includes("candidate") ? [variable] : [],
  );

/** The workload's network with cells that compute the other GRU from the same weights. */
function resetAfter(library: Library, workload: Workload): Network {
  const { rnn } = library;
  const { cells } = networkOf(library, workload);
  const others = cells.map((cell) => {
    if (!(cell instanceof rnn.GRUCell)) throw new Error("reset-after: expected a GRU");
    const other = new rnn.ResetAfterGRUCell({ inputSize: cell.inputSize, numUnits: cell.outputSize });
    copyGru(library, cell, other);
    return other;
  });
  return networkOf(library, workload, others);
}

function copyGru({ tf }: Library, from: GRUCell, to: ResetAfterGRUCell): void {
  to.gatesKernel.assign(from.gatesKernel);
  to.gatesBias.assign(from.gatesBias);
  to.inputBias.assign(from.candidateBias);
  const [inputs, state] = tf.split(from.candidateKernel, [from.inputSize, from.outputSize]);
  if (inputs === undefined || state === undefined) throw new Error("expected two parts of the kernel");
  to.inputKernel.assign(tf.reshape(inputs, to.inputKernel.shape));
  to.hiddenKernel.assign(tf.reshape(state, to.hiddenKernel.shape));
}
