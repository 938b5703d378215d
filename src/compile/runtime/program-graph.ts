import type * as tf from "../../tf";
import { type After, GraphWriter, type Ref } from "../emit/graph-writer";
import { dtypeOf } from "../engine/backend";
import type { Signature } from "../ir/trace";

/** What a program's graph starts from. */
export interface ProgramInputs {
  readonly writer: GraphWriter;
  /** The placeholders of the inputs. */
  readonly inputs: readonly Ref[];
  /** The handles of the variables. */
  readonly handles: readonly Ref[];
}

/** What a call of a program computes. */
export interface ProgramOutputs {
  readonly outputs: readonly { readonly ref: Ref; readonly dtype: number }[];
  /** Assignments to variables; they are done before a call returns. */
  readonly writes: readonly After[];
}

/** Writes a program's graph between inputs and outputs. */
export type WriteProgram = (inputs: ProgramInputs) => ProgramOutputs;

/**
 * Writes the graph of a program: placeholders for the inputs, handles of the variables, what `write` adds, and outputs of
 * fixed names.
 *
 * @returns also the names of the outputs
 */
export function programGraph(
  signatures: readonly Signature[],
  variables: readonly tf.Variable[],
  write: WriteProgram,
): ProgramInputs & { readonly outputNames: readonly string[] } {
  const writer = new GraphWriter();
  const inputs = signatures.map(({ dtype, shape }, i) => writer.placeholder(`input_${i}`, dtype, shape));
  const handles = variables.map((each, i) => writer.variable(`variable_${i}`, dtypeOf(each), each.shape));
  const { outputs, writes } = write({ writer, inputs, handles });
  const outputNames = outputs.map(({ ref, dtype }, i) => writer.identity(ref, dtype, writes, `output_${i}`));
  return { writer, inputs, handles, outputNames };
}
