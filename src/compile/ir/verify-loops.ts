import { BOOL, INT32 } from "../engine/dtypes";
import { constantValues } from "./ops";
import { printSignature } from "./print";
import { hasPartsByChunk, layoutOf } from "./scan-partition";
import type { Op, Scan, Signature } from "./trace";

/** What is wrong with the op of a forward or a backward loop; undefined if it is well formed. */
export function scanProblem(op: Op, inputs: readonly Signature[]): string | undefined {
  const { scan } = op;
  if (scan === undefined) return "expected a loop";
  if (op.name === "ScanGradient" && scan.gradients === undefined) return "expected a loop with gradients";
  if (scan.counter !== undefined) return undefined; // a graph for any length: its sizes are not known
  return (
    chunkProblem(scan) ??
    different("input", expectedInputs(op, scan), inputs) ??
    different(
      "output",
      expectedOutputs(op, scan),
      op.shapes.map((shape, i) => ({ shape, dtype: op.dtypes[i] as number })),
    )
  );
}

/** Whether the outputs of a chunk are those that the loop carries on. */
function chunkProblem({ trace, counts, gradients = [] }: Scan): string | undefined {
  const { sequences, states, results } = counts;
  const expected = [
    ...trace.results.slice(0, results),
    ...trace.inputs.slice(sequences, sequences + states),
    ...gradients.map((input, i) => (trace.inputs[input] ?? trace.results[results + states + i]) as Signature),
  ];
  return different("output of the chunk", expected, trace.results);
}

/** The sequences, the states, for a backward loop the gradients of results and states, and the captured values. */
function expectedInputs({ name }: Op, scan: Scan): Signature[] {
  const { inputs } = scan.trace;
  const at = layoutOf(scan);
  const dResults = inputs.slice(at.dResults, at.dStates).map((each) => whole(each, scan));
  const gradients = name === "ScanGradient" ? [...dResults, ...inputs.slice(at.dStates, at.free)] : [];
  const sequences = inputs.slice(0, at.states).map((each) => whole(each, scan));
  return [...sequences, ...inputs.slice(at.states, at.first), ...gradients, ...inputs.slice(at.free)];
}

function expectedOutputs({ name }: Op, scan: Scan): Signature[] {
  const { trace, counts, gradients = [] } = scan;
  const forward = counts.results + counts.states;
  if (name === "Scan") {
    return trace.results.slice(0, forward).map((each, i) => (i < counts.results ? whole(each, scan) : each));
  }
  return trace.results.slice(forward).map((each, i) => {
    return hasPartsByChunk(scan, gradients[i] as number) ? whole(each, scan) : each;
  });
}

/** The signature of a sequence, from that of its chunk. */
const whole = ({ shape: [size = 1, ...rest], dtype }: Signature, { iterations }: Scan): Signature => ({
  shape: [size * iterations, ...rest],
  dtype,
});

/** What is wrong with the op of a loop that runs while a condition holds; undefined if it is well formed. */
export function whileProblem({ loop, ...op }: Op, inputs: readonly Signature[]): string | undefined {
  if (loop === undefined) return "expected a loop";
  if (loop.waits) return undefined; // an exported graph, for any size: its sizes are not known
  const { trace, counts } = loop;
  const { variables } = counts;
  const count: Signature = { shape: [], dtype: INT32 };
  const carried = trace.inputs.slice(0, variables);
  const made = trace.results.slice(1 + variables);
  const captured = trace.inputs.slice(variables + 1);
  if (made.length !== counts.results) return `expected ${counts.results} results, got ${made.length}`;
  const problem =
    different("input of an iteration", [...carried, count, ...captured], trace.inputs) ??
    different("output of an iteration", [{ shape: [], dtype: BOOL }, ...carried, ...made], trace.results) ??
    different("input", [count, ...carried, ...made, ...captured], inputs);
  const most = constantValues(op.inputs[0])?.[0];
  if (problem !== undefined || most === undefined) return problem ?? "expected a constant as the number of iterations";
  const all = made.map(({ shape, dtype }) => ({ shape: [most, ...shape], dtype }));
  const outputs = op.shapes.map((shape, i) => ({ shape, dtype: op.dtypes[i] as number }));
  return different("output", [count, ...carried, ...all], outputs);
}

function different(what: string, expected: readonly Signature[], got: readonly Signature[]): string | undefined {
  if (expected.length !== got.length) return `expected ${expected.length} of ${what}, got ${got.length}`;
  const wrong = expected.findIndex((each, i) => printSignature(each) !== printSignature(got[i] as Signature));
  if (wrong < 0) return undefined;
  const [asked, is] = [expected[wrong] as Signature, got[wrong] as Signature];
  return `${what} ${wrong}: expected ${printSignature(asked)}, got ${printSignature(is)}`;
}
