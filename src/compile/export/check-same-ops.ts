import { CompileError } from "../errors";
import type { Op, Trace } from "../ir/trace";
import type { Samples } from "./symbolic-dims";

/**
 * Refuses operations of several traces that are not one and the same.
 *
 * @param places of each trace's operations in it
 * @throws CompileError naming the operation and what changes
 */
export function checkSameOps(
  alike: readonly (Op | undefined)[],
  places: readonly Map<Op, number>[],
  samples: Samples,
): void {
  const [first] = alike as [Op];
  const kind = (op: Op | undefined) => op && `${op.name} of ${op.inputs.length}`;
  if (alike.some((op) => kind(op) !== kind(first))) throw refusal(first, "whether or where it stands", samples);
  if (alike.some((op) => op?.dtypes.join() !== first.dtypes.join()))
    throw refusal(first, "what its results are", samples);
  const attribute = first.attributes.find(({ value }, i) =>
    alike.some((op) => JSON.stringify(op?.attributes[i]?.value) !== JSON.stringify(value)),
  );
  if (attribute !== undefined) throw refusal(first, `its attribute ${attribute.name}`, samples);
  const rank = (op: Op | undefined) => op?.shapes.map(({ length }) => length).join();
  if (alike.some((op) => rank(op) !== rank(first))) throw refusal(first, "its rank", samples);
  const sources = (op: Op | undefined, trace: number) =>
    op?.inputs.map((x) => ("op" in x ? `${places[trace]?.get(x.op)}:${x.output}` : x.input)).join();
  if (alike.some((op, i) => sources(op, i) !== sources(first, 0))) throw refusal(first, "what it reads", samples);
}

/** Refuses traces of different lengths, which are alike as far as the first one goes. @throws CompileError */
export function checkCount(traces: readonly Trace[], { names }: Samples): void {
  const counts = traces.map(({ ops }) => ops.length);
  if (counts.every((count) => count === counts[0])) return;
  throw new CompileError(
    `export: the number of operations depends on a size (${names.join(", ")}): ${[...new Set(counts)].join(", ")}. ` +
      "Loop over time by dynamicRnn or scan, not by a loop of JavaScript (staticRnn is one)",
  );
}

export function refusal({ name }: Op, what: string, { names }: Samples): CompileError {
  return new CompileError(
    `export: ${name}: ${what} depends on a size (${names.join(", ")}) in a way that one graph cannot follow. Give that ` +
      "size as a number, or loop over time by dynamicRnn or scan, not by a loop of JavaScript (staticRnn is one)",
  );
}
