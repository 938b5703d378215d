import { dtypeName } from "../engine/dtypes";
import { CompileError } from "../errors";
import { OP_RULES } from "./op-rules";
import { printSignature } from "./print";
import { count } from "./shapes";
import { type Op, type Signature, signatureOf, type Trace, type Value } from "./trace";
import { scanProblem, whileProblem } from "./verify-loops";

/**
 * Checks that a trace is well formed: ops in topological order, arity, dtypes and shapes as far as they can be told,
 * constants as large as their shapes, loops whose bodies fit their inputs, and results that describe the outputs.
 *
 * @param stage the stage that made the trace, for the message
 * @throws CompileError naming the first op that is wrong, by the name that `printTrace` gives it
 */
export function verifyTrace(trace: Trace, stage = "trace"): void {
  const seen = new Set<Op>();
  let number = trace.inputs.length;
  for (const op of trace.ops) {
    const problem = opProblem(op, trace, seen);
    if (problem !== undefined) throw new CompileError(`verify: ${stage}: %${number} = ${op.name}: ${problem}`);
    if (op.scan !== undefined) verifyTrace(op.scan.trace, `${stage}: chunk of %${number}`);
    if (op.loop !== undefined) verifyTrace(op.loop.trace, `${stage}: iteration of %${number}`);
    seen.add(op);
    number += op.shapes.length;
  }
  const problem = outputsProblem(trace, seen);
  if (problem !== undefined) throw new CompileError(`verify: ${stage}: ${problem}`);
}

function opProblem(op: Op, trace: Trace, seen: ReadonlySet<Op>): string | undefined {
  if (seen.has(op)) return "stands in the trace twice";
  if (op.shapes.length !== op.dtypes.length) return `has ${op.shapes.length} shapes and ${op.dtypes.length} dtypes`;
  const input = op.inputs.findIndex((value) => !isKnown(value, trace, seen));
  if (input >= 0) return `expected input ${input} to be an input of the trace or an output of an earlier op`;
  const inputs = op.inputs.map((value) => signatureOf(value, trace));
  if (op.name === "Const") return constantProblem(op);
  if (op.values !== undefined) return "has values, which only a Const has";
  if (op.name === "Scan" || op.name === "ScanGradient") return scanProblem(op, inputs);
  if (op.name === "While") return whileProblem(op, inputs);
  if (op.scan !== undefined) return "has a loop, which only a Scan or a ScanGradient has";
  if (op.loop !== undefined) return "has a loop, which only a While has";
  return ruleProblem(op, inputs);
}

function isKnown(value: Value, { inputs }: Trace, seen: ReadonlySet<Op>): boolean {
  if (!("op" in value)) return value.input >= 0 && value.input < inputs.length;
  return seen.has(value.op) && value.output >= 0 && value.output < value.op.shapes.length;
}

function constantProblem({ inputs, shapes, dtypes, values }: Op): string | undefined {
  if (values === undefined) return "expected values";
  if (inputs.length > 0 || shapes.length !== 1) return "expected no inputs and one output";
  const expected = count(shapes[0] as readonly number[]);
  if (values.length !== expected) return `expected ${expected} values for shape [${shapes[0]}], got ${values.length}`;
  return dtypeName(dtypes[0] as number) === undefined ? `has the unknown dtype ${dtypes[0]}` : undefined;
}

function ruleProblem(op: Op, inputs: readonly Signature[]): string | undefined {
  const rule = OP_RULES[op.name];
  if (rule === undefined) return undefined;
  const { arity = inputs.length } = rule;
  if (inputs.length !== arity) return `expected ${arity} inputs, got ${inputs.length}`;
  const all = [...inputs.map(({ shape }) => shape), ...op.shapes];
  if (all.some((shape) => shape.some((size) => size < 0))) return undefined; // of any size
  const expected = rule.outputs(op, inputs);
  const given = () => inputs.map(printSignature).join(", ");
  if (typeof expected === "string") return `${expected}; its inputs are ${given()}`;
  if (expected.length !== op.shapes.length) return `expected ${expected.length} outputs, got ${op.shapes.length}`;
  const wrong = expected.findIndex(({ shape, dtype }, i) => {
    return (shape && shape.join() !== op.shapes[i]?.join()) || (dtype !== undefined && dtype !== op.dtypes[i]);
  });
  if (wrong < 0) return undefined;
  const got = { shape: op.shapes[wrong] as readonly number[], dtype: op.dtypes[wrong] as number };
  const { shape = got.shape, dtype = got.dtype } = expected[wrong] ?? {};
  return `expected ${printSignature({ shape, dtype })}, got ${printSignature(got)}; its inputs are ${given()}`;
}

function outputsProblem(trace: Trace, seen: ReadonlySet<Op>): string | undefined {
  const { outputs, results } = trace;
  if (outputs.length !== results.length) return `has ${outputs.length} outputs and ${results.length} results`;
  for (const [i, value] of outputs.entries()) {
    if (!isKnown(value, trace, seen))
      return `output ${i}: expected an input of the trace or an output of one of its ops`;
    const [own, result] = [printSignature(signatureOf(value, trace)), printSignature(results[i] as Signature)];
    if (own !== result) return `output ${i}: expected the result ${own}, got ${result}`;
  }
  return undefined;
}
