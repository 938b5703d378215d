import type { NumericArray } from "../../data";
import { ArgumentError } from "../../rnn";
import type { InMemoryOptions } from "../examples/in-memory";
import type { Counts } from "../examples/weights";
import type { LossPart } from "./batch-loss";
import { logitTargets, type TargetKind } from "./logit-losses";

export type TargetCheck = NonNullable<InMemoryOptions["checkTargets"]>;

/** How much less or more than 1 probabilities may add up to: so much rounding to two digits may change them. */
const ROUNDING = 0.02;

/**
 * The check of the targets that the library's cross-entropies get: other targets train towards a loss without a least value, and
 * nothing would say so. Where a mask, a weight of 0 or the end of a sequence leaves a target out, it may be anything; NaN is found
 * by the step.
 */
export function targetCheck(parts: readonly LossPart[]): TargetCheck {
  return (location, part, counts) => {
    const loss = parts.find(({ output }) => output === part.name);
    const kind = loss && logitTargets(loss.of);
    if (kind === undefined) return;
    const given = part.sequences?.list ?? rowsOf(part.array as NumericArray);
    given.forEach((row, i) => {
      const left = counts.flatMap((each) => (each ? [countsOfRow(each, i, given.length)] : []));
      const perStep = row.data.length / (row.shape[0] ?? 1);
      const end = part.sequences || !part.lengths ? row.data.length : (part.lengths[i] as number) * perStep;
      const isOut = (position: number) =>
        position >= end || left.some((each) => each[Math.floor((position * each.length) / row.data.length)] === 0);
      const wrong = wrongTarget(kind, row, isOut);
      if (wrong === undefined) return;
      const step = row.shape.length > (kind === "classes" ? 1 : 0) ? `[${Math.floor(wrong.position / perStep)}]` : "";
      const argument = `${location.argument}.${part.path}[${i}]${step}`;
      throw new ArgumentError(location.where, argument, EXPECTED[kind], wrong.actual);
    });
  };
}

const EXPECTED: Readonly<Record<TargetKind, string>> = {
  classes: "class probabilities, from 0 up, that add up to 1; or a class number, in an Int32Array",
  elements: "0 or 1, or a probability between them",
};

/** The examples of an array. */
function rowsOf({ data, shape: [count = 0, ...shape] }: NumericArray): NumericArray[] {
  const size = data.length / count;
  return Array.from({ length: count }, (_, i) => ({ data: data.subarray(i * size, (i + 1) * size), shape }));
}

function countsOfRow({ array, sequences }: Counts, i: number, count: number): NumericArray["data"] {
  if (sequences) return (sequences.list[i] as NumericArray).data;
  const { data } = array as NumericArray;
  const size = data.length / count;
  return data.subarray(i * size, (i + 1) * size);
}

/** The first value of an example, or the first distribution, that is no target. */
function wrongTarget(
  kind: TargetKind,
  { data, shape }: NumericArray,
  isOut: (position: number) => boolean,
): { readonly position: number; readonly actual: string } | undefined {
  if (kind === "elements") {
    const position = data.findIndex((value, i) => (value < 0 || value > 1) && !isOut(i));
    return position < 0 ? undefined : { position, actual: `${data[position]}` };
  }
  const classes = shape.at(-1) ?? 1;
  if (data instanceof Int32Array || classes === 1) return undefined; // class numbers, or no scores of classes
  for (let position = 0; position < data.length; position += classes) {
    let sum = 0;
    let hasNegative = false;
    for (let i = position; i < position + classes; i++) {
      sum += data[i] as number;
      hasNegative ||= (data[i] as number) < 0;
    }
    const isWrong = hasNegative || Math.abs(sum - 1) > ROUNDING;
    if (isWrong && !isOut(position))
      return { position, actual: shown(data.subarray(position, position + classes), sum) };
  }
  return undefined;
}

function shown(values: NumericArray["data"], sum: number): string {
  const first = [...values.subarray(0, 4)].map((value) => Number(value.toPrecision(4)));
  return `[${first.join(", ")}${values.length > 4 ? ", …" : ""}], whose sum is ${Number(sum.toPrecision(4))}`;
}
