import type { NumericArray } from "../../data";
import { ArgumentError } from "../../rnn";

/** An array that was read back from a tensor; a mask may be of booleans. */
export interface Read {
  readonly data: Float32Array | Int32Array | Uint8Array;
  readonly shape: readonly number[];
}

/** What a batch has of one output: parts whose first axes are the batch, and time steps where y has them. */
export interface BatchRows {
  readonly outputs: Read;
  readonly y: Read;
  /** y's numbers of live time steps. */
  readonly lengths?: Read;
  readonly mask?: Read;
  readonly weights?: Read;
}

/** Collects outputs, targets and weights of batches as rows: one for each example, or for each time step, that counts. */
export class CollectedRows {
  private readonly outputs: Rows;
  private readonly y: Rows;
  private readonly weights: number[] = [];
  private hasWeights = false;

  /** @param argument the metric, for messages */
  constructor(
    private readonly where: string,
    private readonly argument: string,
  ) {
    this.outputs = new Rows(where, argument, "outputs");
    this.y = new Rows(where, argument, "y");
  }

  /** @throws ArgumentError when outputs and y do not have the same rows */
  add({ outputs, y, lengths, mask, weights }: BatchRows): void {
    const rank = Math.max(lengths ? 2 : 1, mask?.shape.length ?? 0, weights?.shape.length ?? 0);
    const rows = outputs.shape.slice(0, rank);
    if (rows.length < rank || y.shape.slice(0, rank).join() !== rows.join()) {
      const expected = `outputs and y of one row for each ${rank === 1 ? "example" : "time step"}`;
      const actual = `[${outputs.shape.join(", ")}] and [${y.shape.join(", ")}]`;
      throw new ArgumentError(this.where, this.argument, expected, actual);
    }
    const count = rows.reduce((product, size) => product * size, 1);
    const [examples = 0, nSteps = 1] = rows;
    const valueAt = ({ data }: Read, row: number) => data[Math.floor(row / (count / data.length))] as number;
    const stepOf = (row: number) => Math.floor((row * examples * nSteps) / count) % nSteps;
    const isLive = (row: number) =>
      (lengths === undefined || stepOf(row) < valueAt(lengths, row)) &&
      (mask === undefined || valueAt(mask, row) !== 0);
    const live = Array.from({ length: count }, (_, row) => row).filter(isLive);
    this.outputs.add(outputs, rank, live);
    this.y.add(y, rank, live);
    if (weights === undefined) return;
    this.hasWeights = true;
    for (const row of live) this.weights.push(valueAt(weights, row));
  }

  get all(): { readonly outputs: NumericArray; readonly y: NumericArray; readonly weights?: Float32Array } {
    const weights = this.hasWeights ? { weights: Float32Array.from(this.weights) } : {};
    return { outputs: this.outputs.array, y: this.y.array, ...weights };
  }
}

/** The rows of one part. */
class Rows {
  private readonly batches: Read[] = [];
  private shape: readonly number[] | undefined;

  constructor(
    private readonly where: string,
    private readonly argument: string,
    private readonly what: string,
  ) {}

  add({ data, shape }: Read, rank: number, live: readonly number[]): void {
    const rowShape = shape.slice(rank);
    this.shape ??= rowShape;
    if (rowShape.join() !== this.shape.join()) {
      const expected = `${this.what} of one shape for all rows, [rows${this.shape.map((size) => `, ${size}`).join("")}]`;
      throw new ArgumentError(this.where, this.argument, expected, `[rows, ${rowShape.join(", ")}]`);
    }
    const size = rowShape.reduce((product, each) => product * each, 1);
    const kept = data.slice(0, live.length * size);
    live.forEach((row, i) => void kept.set(data.subarray(row * size, (row + 1) * size), i * size));
    this.batches.push({ data: kept, shape: [live.length, ...rowShape] });
  }

  get array(): NumericArray {
    const rows = this.batches.reduce((sum, { shape }) => sum + (shape[0] as number), 0);
    const length = this.batches.reduce((sum, { data }) => sum + data.length, 0);
    const isFloat = this.batches[0]?.data instanceof Float32Array;
    const data = isFloat ? new Float32Array(length) : new Int32Array(length);
    let offset = 0;
    for (const batch of this.batches) {
      data.set(batch.data, offset);
      offset += batch.data.length;
    }
    return { data, shape: [rows, ...(this.shape ?? [])] };
  }
}
