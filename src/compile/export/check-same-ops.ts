import { CompileError } from "../errors";
import type { Op, Trace } from "../ir/trace";
import type { Samples } from "./symbolic-dims";

/**
 * Checks that the ops at one position of several traces are the same op: one name, types, attributes, ranks and inputs.
 *
 * @param ops one of each trace; undefined where a trace is shorter
 * @param positions for each trace, the position of each of its ops
 * @throws CompileError naming the op and what depends on a size
 */
export function checkSameOps(
  ops: readonly (Op | undefined)[],
  positions: readonly Map<Op, number>[],
  samples: Samples,
): void {
  const [first] = ops as [Op];
  const kind = (op: Op | undefined) => op && `${op.name} of ${op.inputs.length}`;
  if (ops.some((op) => kind(op) !== kind(first))) throw refusal(first, "whether or where it stands", samples);
  if (ops.some((op) => op?.dtypes.join() !== first.dtypes.join()))
    throw refusal(first, "what its results are", samples);
  const attribute = first.attributes.find(({ value }, i) =>
    ops.some((op) => JSON.stringify(op?.attributes[i]?.value) !== JSON.stringify(value)),
  );
  if (attribute !== undefined) throw refusal(first, `its attribute ${attribute.name}`, samples);
  const rank = (op: Op | undefined) => op?.shapes.map(({ length }) => length).join();
  if (ops.some((op) => rank(op) !== rank(first))) throw refusal(first, "its rank", samples);
  const inputs = (op: Op | undefined, trace: number) =>
    op?.inputs
      .map((value) => ("op" in value ? `${positions[trace]?.get(value.op)}:${value.output}` : value.input))
      .join();
  if (ops.some((op, i) => inputs(op, i) !== inputs(first, 0))) throw refusal(first, "what it reads", samples);
}

/** Checks that traces which agree as far as the first one goes have one length. @throws CompileError */
export function checkCount(traces: readonly Trace[], { names }: Samples): void {
  const counts = traces.map(({ ops }) => ops.length);
  if (counts.every((count) => count === counts[0])) return;
  throw new CompileError(
    `export: the number of operations depends on a size (${names.join(", ")}): ${[...new Set(counts)].join(", ")}. ` +
      "Loop over time by dynamicRnn or scan, not by a loop of JavaScript (staticRnn is one)",
  );
}

/** The error for an op that no single graph can have. @param what depends on a size */
export function refusal({ name }: Op, what: string, { names }: Samples): CompileError {
  return new CompileError(
    `export: ${name}: ${what} depends on a size (${names.join(", ")}) in a way that one graph cannot follow. Give that ` +
      "size as a number, or loop over time by dynamicRnn or scan, not by a loop of JavaScript (staticRnn is one)",
  );
}
