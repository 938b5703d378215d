import { fieldsOf, textOf } from "./wire";

/** One execution of a node, as TensorFlow's full trace has it. */
export interface ExecutedNode {
  readonly node: string;
  /** The node's operation: "MatMul". */
  readonly op: string;
  readonly device: string;
  readonly thread: number;
  /** When the operation's kernel began, in microseconds of the system's clock. */
  readonly start: number;
  /** How long the kernel ran, in microseconds. */
  readonly duration: number;
}

/** The numbers of the fields, from TensorFlow's step_stats.proto and config.proto. */
const RUN_METADATA = { stepStats: 1 };
const STEP_STATS = { devices: 1 };
const DEVICE = { name: 1, nodes: 2 };
const NODE = { name: 1, start: 2, label: 8, thread: 10, opStart: 14, opEnd: 15 }; // the start in microseconds, the rest in nanoseconds

/**
 * The executions of all nodes in the RunMetadata of a run with a full trace.
 *
 * @param metadata the message's bytes
 */
export function executedNodes(metadata: Uint8Array): ExecutedNode[] {
  return messages(metadata, RUN_METADATA.stepStats)
    .flatMap((stats) => messages(stats, STEP_STATS.devices))
    .flatMap((device) => {
      const name = textOf(new Map(fieldsOf(device)).get(DEVICE.name));
      return messages(device, DEVICE.nodes).map((node) => executed(node, name));
    });
}

function executed(bytes: Uint8Array, device: string): ExecutedNode {
  const fields = new Map(fieldsOf(bytes));
  const number = (field: number) => (fields.get(field) as number | undefined) ?? 0;
  const node = textOf(fields.get(NODE.name));
  return {
    node,
    op: opOf(textOf(fields.get(NODE.label)), node),
    device,
    thread: number(NODE.thread),
    start: number(NODE.start) + number(NODE.opStart) / 1000,
    duration: Math.max(0, number(NODE.opEnd) - number(NODE.opStart)) / 1000,
  };
}

/** The label is `node = Op(inputs)`, or has text of the kernel before it; a transfer's label has no operation. */
const opOf = (label: string, node: string): string => / = (\w+)\(/.exec(label)?.[1] ?? node.replace(/[_:].*/, "");

const messages = (bytes: Uint8Array, field: number): Uint8Array[] =>
  [...fieldsOf(bytes)].flatMap(([number, value]) => (number === field && value instanceof Uint8Array ? [value] : []));
