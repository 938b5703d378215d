import fc from "fast-check";
import { type Attribute, attribute } from "../../../src/compile/engine/attributes";
import { BOOL, FLOAT32, INT32, typedArray } from "../../../src/compile/engine/dtypes";
import type { Op, Scan, Signature, Trace, Value, WhileLoop } from "../../../src/compile/ir/trace";

/** A trace as plain data, in which ops and loops are numbers: two traces are equal if these are. */
export function plain(trace: Trace, scans = new Map<Scan, number>()): unknown {
  const numbers = new Map(trace.ops.map((op, i) => [op, i]));
  const of = (value: Value) => ("op" in value ? [numbers.get(value.op), value.output] : value.input);
  const scanOf = (scan: Scan) => {
    const known = scans.get(scan);
    if (known !== undefined) return known;
    scans.set(scan, scans.size);
    return { ...scan, trace: plain(scan.trace, scans) };
  };
  const ops = trace.ops.map(({ scan, loop, values, ...op }) => ({
    ...op,
    inputs: op.inputs.map(of),
    ...(values && { values: typedArray(op.dtypes[0] as number, values) }),
    ...(scan && { scan: scanOf(scan) }),
    ...(loop && { loop: { ...loop, trace: plain(loop.trace, scans) } }),
  }));
  return { inputs: trace.inputs, ops, outputs: trace.outputs.map(of), results: trace.results };
}

const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.]{0,8}$/);
const size = fc.nat(4);
const shape = fc.array(size, { maxLength: 3 });
const dtype = fc.constantFrom(FLOAT32, INT32, BOOL);
const signature: fc.Arbitrary<Signature> = fc.record({ shape, dtype });
const integer = fc.integer();
const float = fc.oneof(fc.double(), fc.constantFrom(-0, 1, 1e21, Number.POSITIVE_INFINITY));
const known = fc.constantFrom(FLOAT32, INT32, BOOL, 7, 9, 20, 14);

const someAttribute: fc.Arbitrary<Attribute> = fc.oneof(
  fc.tuple(word, fc.string({ unit: "binary" })).map(([name, value]) => attribute(name, "STRING", value)),
  fc.tuple(word, fc.oneof(integer, fc.array(integer))).map(([name, value]) => attribute(name, "INT", value)),
  fc.tuple(word, float).map(([name, value]) => attribute(name, "FLOAT", value)),
  fc.tuple(word, fc.boolean()).map(([name, value]) => attribute(name, "BOOL", value)),
  fc.tuple(word, known).map(([name, value]) => attribute(name, "TYPE", value)),
  fc.tuple(word, fc.array(fc.integer({ min: -1 }))).map(([name, value]) => attribute(name, "SHAPE", value)),
);

/** An op, but for where its inputs come from. `picks` choose among the values that are there. */
type Draft = { readonly op: Omit<Op, "inputs">; readonly picks: readonly number[] };

const constant: fc.Arbitrary<Draft> = signature.chain(({ shape, dtype }) => {
  const count = shape.reduce((product, each) => product * each, 1);
  const numbers = dtype === FLOAT32 ? fc.float() : dtype === INT32 ? integer : fc.nat(1);
  const values = fc.oneof(
    fc.array(numbers, { minLength: count, maxLength: count }),
    numbers.map((value) => new Array<number>(count).fill(value)),
  );
  return values.map((values) => {
    const op = { name: "Const", attributes: [], shapes: [shape], dtypes: [dtype], values: typedArray(dtype, values) };
    return { op, picks: [] };
  });
});

const native: fc.Arbitrary<Draft> = fc
  .tuple(word, fc.array(someAttribute, { maxLength: 3 }), fc.array(signature, { minLength: 1, maxLength: 3 }), picks())
  .map(([name, attributes, outputs, picks]) => {
    const [shapes, dtypes] = [outputs.map(({ shape }) => shape), outputs.map(({ dtype }) => dtype)];
    return { op: { name, attributes, shapes, dtypes }, picks };
  });

function picks() {
  return fc.array(fc.nat(), { maxLength: 3 });
}

/** The ops of a forward and a backward loop, which share one loop. */
const loops = (chunk: fc.Arbitrary<Trace>): fc.Arbitrary<Draft[]> =>
  fc
    .record({
      trace: chunk,
      numbers: fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat(), fc.nat()),
      counter: fc.option(fc.nat(), { nil: undefined }),
      gradients: fc.option(fc.array(fc.integer({ min: -1 })), { nil: undefined }),
      recompute: fc.boolean(),
      drafts: fc.tuple(native, native),
    })
    .map(({ trace, numbers, counter, gradients, recompute, drafts }) => {
      const [iterations, size, sequences, states, results] = numbers;
      const scan: Scan = {
        ...{ iterations, size, counts: { sequences, states, results }, trace, recompute },
        ...(counter === undefined ? {} : { counter }),
        ...(gradients === undefined ? {} : { gradients }),
      };
      const [forward, backward] = drafts;
      const ops = {
        forward: { ...forward.op, name: "Scan", scan },
        backward: { ...backward.op, name: "ScanGradient", scan },
      };
      return [
        { ...forward, op: ops.forward },
        { ...backward, op: ops.backward },
      ];
    });

/** A loop that runs while a condition holds. */
const whiles = (body: fc.Arbitrary<Trace>): fc.Arbitrary<Draft[]> =>
  fc
    .record({ trace: body, variables: fc.nat(), results: fc.nat(), waits: fc.boolean(), draft: native })
    .map(({ trace, variables, results, waits, draft }) => {
      const loop: WhileLoop = { counts: { variables, results }, trace, waits };
      return [{ ...draft, op: { ...draft.op, name: "While", loop } }];
    });

const traceOf = (drafts: fc.Arbitrary<Draft[]>): fc.Arbitrary<Trace> =>
  fc
    .tuple(fc.array(signature, { minLength: 1, maxLength: 3 }), fc.array(drafts, { maxLength: 4 }), picks())
    .map(([inputs, drafts, ends]) => {
      const values = inputs.map((_, input): Value => ({ input }));
      const signatures = [...inputs];
      const pick = (n: number) => values[n % values.length] as Value;
      const ops = drafts.flat().map((draft) => {
        const op: Op = { ...draft.op, inputs: draft.picks.map(pick) };
        for (const [output, shape] of op.shapes.entries()) {
          values.push({ op, output });
          signatures.push({ shape, dtype: op.dtypes[output] as number });
        }
        return op;
      });
      const results = ends.map((n) => signatures[n % signatures.length] as Signature);
      return { inputs, ops, outputs: ends.map(pick), results };
    });

const alone = fc.oneof(constant, native).map((draft) => [draft]);
const flat = traceOf(alone);

/** Traces of constants, ops with attributes of all kinds, and loops; well formed, but of ops that do not exist. */
export const traces: fc.Arbitrary<Trace> = traceOf(
  fc.oneof(alone, whiles(flat), loops(traceOf(fc.oneof(alone, loops(flat), whiles(flat))))),
);
