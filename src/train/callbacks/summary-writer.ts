import { canCompile } from "../../compile";
import { attribute, DTYPES } from "../../compile/internal";
import type { DataError } from "../../data";
import { writeError } from "../../data/internal";
import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";

/**
 * The part of the native engine that is used here: it runs operations on tensors by their native ids. TensorFlow.js
 * does not see these tensors.
 */
interface Binding {
  createTensor(shape: number[], dtype: number, values: unknown): number;
  deleteTensor(id: number): void;
  executeOp(name: string, attributes: object[], inputs: number[], outputs: number): { id: number }[];
}

const { float32, int32, int64, string } = DTYPES;

const MAX_QUEUE = 100;
const FLUSH_MILLISECONDS = 10_000;

/**
 * Writes a folder that TensorBoard reads, with operations of the native engine. (tfjs-node's `summaryFileWriter` calls
 * the same operations, but never frees its writer and five tensors.)
 */
export class SummaryWriter {
  private readonly binding: Binding;
  private readonly writer: number;

  /** @throws ArgumentError without the native engine; DataError for a folder that cannot be written */
  constructor(private readonly folder: string) {
    if (!canCompile()) {
      throw new ArgumentError("TensorBoard", "engine", "the native one, which writes its files", tf.getBackend());
    }
    const { binding } = tf.backend() as unknown as { binding: Binding };
    this.binding = binding;
    const attributes = [attribute("shared_name", "STRING", `unroll:${folder}`), attribute("container", "STRING", "")];
    this.writer = (binding.executeOp("SummaryWriter", attributes, [], 1)[0] as { id: number }).id;
    const queue = [this.int32(MAX_QUEUE), this.int32(FLUSH_MILLISECONDS)];
    this.run("CreateSummaryFileWriter", undefined, [this.text(folder), ...queue, this.text(".v2")]);
  }

  scalar(tag: string, value: number, step: number): void {
    const { binding } = this;
    const inputs = [this.int64(step), this.text(tag), binding.createTensor([], float32.number, Float32Array.of(value))];
    this.run("WriteScalarSummary", float32.number, inputs);
  }

  /**
   * Writes the distribution of the values, in 30 buckets as TensorBoard's own library makes them. Values that are not
   * finite are left out.
   */
  histogram(tag: string, values: ArrayLike<number>, step: number): void {
    const { binding } = this;
    const buckets = bucketsOf(values);
    const data = binding.createTensor([buckets.length / 3, 3], float32.number, Float32Array.from(buckets));
    this.summary(float32.number, data, { tag, step, plugin: "histograms" });
  }

  /** Writes a text in Markdown. */
  markdown(tag: string, text: string, step: number): void {
    this.summary(string.number, this.text(text), { tag, step, plugin: "text" });
  }

  /** Writes a graph, a GraphDef as a protocol buffer. */
  graph(graphDef: Uint8Array, step: number): void {
    const bytes = this.binding.createTensor([], string.number, [graphDef]);
    this.run("WriteGraphSummary", undefined, [this.int64(step), bytes]);
  }

  flush(): void {
    this.run("FlushSummaryWriter", undefined, []);
  }

  close(): void {
    try {
      this.run("CloseSummaryWriter", undefined, []);
    } finally {
      this.binding.deleteTensor(this.writer);
    }
  }

  private summary(dtype: number, data: number, { tag, step, plugin }: { tag: string; step: number; plugin: string }) {
    const { binding } = this;
    const metadata = binding.createTensor([], string.number, [pluginMetadata(plugin)]);
    this.run("WriteSummary", dtype, [this.int64(step), data, this.text(tag), metadata]);
  }

  /** Runs one operation on the writer, and frees its inputs. */
  private run(name: string, dtype: number | undefined, inputs: readonly number[]): void {
    const attributes = dtype === undefined ? [] : [attribute("T", "TYPE", dtype)];
    try {
      this.binding.executeOp(name, attributes, [this.writer, ...inputs], 0);
    } catch (error) {
      throw summaryError(this.folder, (error as Error).message);
    } finally {
      for (const id of inputs) this.binding.deleteTensor(id);
    }
  }

  private int32 = (value: number) => this.binding.createTensor([], int32.number, Int32Array.of(value));
  /** An int64 tensor. The binding takes its values as two 32-bit halves, the low one first. */
  private int64 = (value: number) => this.binding.createTensor([], int64.number, Int32Array.of(value, 0));
  private text = (value: string) => this.binding.createTensor([], string.number, [new TextEncoder().encode(value)]);
}

/** The error of an operation of the engine that cannot write. Its message has a line "Message: FILE; REASON". */
function summaryError(folder: string, message: string): DataError {
  const [, file = folder, reason = message] = /^Message: (.+?); (.+)$/m.exec(message) ?? [];
  return writeError(file, reason, { room: "the values of an epoch" });
}

/** SummaryMetadata { plugin_data { plugin_name } } as protobuf: field 1 in field 1, each with its length. */
function pluginMetadata(plugin: string): Uint8Array {
  const name = new TextEncoder().encode(plugin);
  return Uint8Array.from([10, name.length + 2, 10, name.length, ...name]);
}

const BUCKETS = 30;

/** `[left, right, count]` of each bucket, one after the other. There is one bucket when all values are equal. */
export function bucketsOf(values: ArrayLike<number>): number[] {
  const finite = Array.from(values).filter(Number.isFinite);
  if (finite.length === 0) return [];
  const [low, high] = finite.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  if (low === high) return [low - 0.5, high + 0.5, finite.length];
  const counts = new Array<number>(BUCKETS).fill(0);
  const width = (high - low) / BUCKETS;
  for (const value of finite) {
    const bucket = Math.min(BUCKETS - 1, Math.floor((value - low) / width));
    counts[bucket] = (counts[bucket] as number) + 1;
  }
  return counts.flatMap((count, i) => [low + i * width, i === BUCKETS - 1 ? high : low + (i + 1) * width, count]);
}
