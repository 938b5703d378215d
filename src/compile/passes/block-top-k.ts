import { attribute } from "../engine/attributes";
import { FLOAT32, INT32 } from "../engine/dtypes";
import { attributeOf, constantValues, intsOp, reshapeOps } from "../ir/ops";
import { type Rewriting, rewrite } from "../ir/rewrite";
import { type Op, signatureOf, type Trace, type Value } from "../ir/trace";

/** Below this many elements in all, the further ops cost more than they save. */
const FEWEST_ELEMENTS = 16_384;
/** Beyond this many of them, the blocks that are searched twice are no small part of the row. */
const LARGEST_K = 16;
/** How wide a block may be. The first width that divides the row; where none does, the row is padded for the first one. */
const WIDTHS = [64, 80, 50, 100, 125, 40, 32, 128];

/**
 * Finds the largest elements of wide rows in two stages: first the k blocks of a row whose largest elements are the largest, then the k
 * largest elements in these blocks. TensorFlow's TopKV2 compares element by element, about 4 ns each, and a Max takes a
 * tenth of that: 3 times faster for 4 rows of 8,000, 6 times for 256 rows.
 *
 * The result is the same, for equal elements too, of which the first one comes first: an element that is among the k best, by
 * value and then by index, stands in one of the k best blocks, by their largest elements and then by index. Otherwise each of these
 * k blocks would have a better element. The blocks are searched in the order of their indices.
 * Padding is −∞ and stands last, so it is never among the k best.
 */
export function blockTopK(trace: Trace): Trace {
  const planOf = (op: Op): Plan | undefined => {
    const [k = 0] = Array.from(constantValues(op.inputs[1]) ?? []);
    if (op.name !== "TopKV2" || k < 2 || k > LARGEST_K || op.dtypes[0] !== FLOAT32) return undefined;
    if (attributeOf(op, "sorted") !== true) return undefined; // then the order is TensorFlow's own choice
    const { shape } = signatureOf(op.inputs[0] as Value, trace);
    const columns = shape.at(-1) as number;
    const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
    const width = WIDTHS.find((each) => columns % each === 0) ?? (WIDTHS[0] as number);
    if (columns < 4 * k * width || rows * columns < FEWEST_ELEMENTS) return undefined;
    return { k, rows, columns, width };
  };
  if (!trace.ops.some(planOf)) return trace;
  return rewrite(trace, (op, rewriting) => {
    const plan = planOf(op);
    if (plan === undefined) return rewriting.moved(op);
    const made = twoStages(plan, rewriting.find(op.inputs[0] as Value), op, rewriting);
    return (output) => made[output] as Value;
  });
}

interface Plan {
  readonly k: number;
  readonly rows: number;
  readonly columns: number;
  /** Of a block. */
  readonly width: number;
}

/** @returns the values and the indices */
function twoStages({ k, rows, columns, width }: Plan, x: Value, { shapes }: Op, { add }: Rewriting): [Value, Value] {
  const ints = (values: readonly number[], shape?: readonly number[]) => add(intsOp(values, shape));
  const reshape = (value: Value, shape: readonly number[], dtype: number): Value => {
    const [sizes, op] = reshapeOps(value, shape, dtype);
    add(sizes);
    return add(op);
  };
  const type = (name: string, dtype: number) => attribute(name, "TYPE", dtype);
  const topK = (value: Value): [Value, Value] => {
    const attributes = [attribute("sorted", "BOOL", true), type("T", FLOAT32)];
    const inputs = [value, ints([k], [])];
    const op: Op = {
      name: "TopKV2",
      attributes,
      inputs,
      shapes: [
        [rows, k],
        [rows, k],
      ],
      dtypes: [FLOAT32, INT32],
    };
    return [add(op), { op, output: 1 }];
  };
  const math = (name: string, ...inputs: Value[]) =>
    add({ name, attributes: [type("T", INT32)], inputs, shapes: [[rows, k]], dtypes: [INT32] });
  const cast = (value: Value, from: number, to: number) => {
    const attributes = [type("SrcT", from), type("DstT", to), attribute("Truncate", "BOOL", false)];
    return add({ name: "Cast", attributes, inputs: [value], shapes: [[rows, k]], dtypes: [to] });
  };
  const gather = (value: Value, indices: Value, shape: readonly number[], dtype: number) => {
    const types = [type("Tparams", dtype), type("Tindices", INT32), type("Taxis", INT32)];
    const inputs = [value, indices, ints([1], [])];
    const attributes = [attribute("batch_dims", "INT", 1), ...types];
    return add({ name: "GatherV2", attributes, inputs, shapes: [shape], dtypes: [dtype] });
  };
  const count = Math.ceil(columns / width);
  const pad = (value: Value): Value => {
    const paddings = ints([0, 0, 0, count * width - columns], [2, 2]);
    const lowest = add({ ...intsOp([0], []), dtypes: [FLOAT32], values: Float32Array.of(Number.NEGATIVE_INFINITY) });
    const attributes = [type("T", FLOAT32), type("Tpaddings", INT32)];
    const inputs = [reshape(value, [rows, columns], FLOAT32), paddings, lowest];
    return add({ name: "PadV2", attributes, inputs, shapes: [[rows, count * width]], dtypes: [FLOAT32] });
  };
  const blocks = reshape(columns % width === 0 ? x : pad(x), [rows, count, width], FLOAT32);
  const largest = add({
    name: "Max",
    attributes: [attribute("keep_dims", "BOOL", false), type("T", FLOAT32), type("Tidx", INT32)],
    inputs: [blocks, ints([2])],
    shapes: [[rows, count]],
    dtypes: [FLOAT32],
  });
  const [, best] = topK(largest);
  // In ascending order: the largest of the negative numbers first. Float32 holds them exactly.
  const [negative] = topK(cast(math("Neg", best), INT32, FLOAT32));
  const order = math("Neg", cast(negative, FLOAT32, INT32));
  const searched = reshape(gather(blocks, order, [rows, k, width], FLOAT32), [rows, k * width], FLOAT32);
  const [values, positions] = topK(searched);
  const size = ints([width], []);
  const block = math("FloorDiv", positions, size);
  const within = math("Sub", positions, math("Mul", block, size));
  const indices = math("AddV2", math("Mul", gather(order, block, [rows, k], INT32), size), within);
  const [shape] = shapes as [readonly number[]];
  return [reshape(values, shape, FLOAT32), reshape(indices, shape, INT32)];
}
