import { expect, test } from "vitest";
import { GraphWriter } from "../../../src/compile/emit/graph-writer";
import { writeLoop } from "../../../src/compile/emit/while-loop";
import { BOOL, FLOAT32, INT32 } from "../../../src/compile/engine/dtypes";
import { protobuf } from "../../../src/compile/engine/protobuf";
import { openSession } from "../../../src/compile/runtime/session/open-session";
import { scopeEachTest } from "../../support";
import { expectRefused, onNative } from "../support";

scopeEachTest();

/** What nodes of a graph compute, read by name. */
function run(writer: GraphWriter, ...names: string[]): number[][] {
  const session = openSession(writer);
  try {
    const values = session.prepare([], names).run([]).read(names.length);
    return values.map((each) => Array.from(each));
  } finally {
    session.close();
  }
}

onNative("a graph in the making", () => {
  test("holds equal constants once, and tells apart type, shape, value and the sign of 0", () => {
    const writer = new GraphWriter();
    const made = [
      writer.constant(FLOAT32, [2], [1, 2]),
      writer.constant(INT32, [2], [1, 2]),
      writer.constant(FLOAT32, [1, 2], [1, 2]),
      writer.constant(FLOAT32, [2], [1, 3]),
      writer.constant(FLOAT32, [], [0]),
      writer.constant(FLOAT32, [], [-0]),
      writer.fill(FLOAT32, [3], 0),
      writer.fill(FLOAT32, [3], -0),
      writer.fill(INT32, [3], 0),
      writer.fill(FLOAT32, [4], 0),
    ];
    expect(new Set(made).size).toBe(made.length);
    const nodes = writer.nodes.length;
    expect(writer.constant(FLOAT32, [2], Float32Array.of(1, 2))).toBe(made[0]);
    expect(writer.ints([1, 2])).toBe(made[1]);
    expect(writer.float(0)).toBe(made[4]);
    expect(writer.fill(FLOAT32, [3], 0)).toBe(made[6]);
    expect(writer.nodes.length).toBe(nodes);
  });

  test("constants come back as they went in", () => {
    const writer = new GraphWriter();
    const names = [
      writer.constant(FLOAT32, [2, 2], [0.1, -0, Number.NEGATIVE_INFINITY, Number.NaN]),
      writer.constant(INT32, [2], [-(2 ** 31), 2 ** 31 - 1]),
      writer.constant(BOOL, [3], [1, 0, 1]),
      writer.constant(FLOAT32, [3, 6], new Array(18).fill(7)),
      writer.constant(FLOAT32, [0], []),
      writer.constant(FLOAT32, [16], [...new Array(15).fill(1), 2]),
    ];
    expect(run(writer, ...names)).toEqual([
      [Math.fround(0.1), -0, Number.NEGATIVE_INFINITY, Number.NaN],
      [-(2 ** 31), 2 ** 31 - 1],
      [1, 0, 1],
      new Array(18).fill(7),
      [],
      [...new Array(15).fill(1), 2],
    ]);
  });

  test("a constant of up to 64 KB is one; a larger one is refused; a large one of one value is filled in", () => {
    const writer = new GraphWriter();
    const count = (n: number) => Float32Array.from({ length: n }, (_, i) => i);
    expect(run(writer, writer.constant(FLOAT32, [16_384], count(16_384)))[0]?.at(-1)).toBe(16_383);
    expectRefused(() => writer.constant(FLOAT32, [16_385], count(16_385)), /65540 bytes, at most 65536/);
    const flags = Uint8Array.from({ length: 65_536 }, (_, i) => i % 2);
    expect(run(writer, writer.constant(BOOL, [65_536], flags))[0]?.slice(0, 3)).toEqual([0, 1, 0]);
    const before = size(writer);
    writer.constant(FLOAT32, [1_000_000], new Float32Array(1_000_000).fill(3));
    expect(size(writer) - before).toBeLessThan(1000);
  });

  test("a loop carries values on, enters values from outside, and keeps loops apart", () => {
    const writer = new GraphWriter();
    const loop = (frame: string, iterations: number, parallel: number) =>
      writeLoop(
        writer,
        { frame, iterations, parallel },
        [
          { dtype: INT32, initial: writer.int(0) },
          { dtype: FLOAT32, initial: writer.float(1) },
        ],
        ({ index, carried: [sum, product], enter }) => [
          writer.binary("AddV2", sum as string, index, INT32),
          writer.binary("Mul", product as string, enter(writer.float(2), FLOAT32), FLOAT32),
        ],
      );
    const results = [...loop("a", 5, 1), ...loop("b", 5, 4), ...loop("c", 1, 1), ...loop("d", 0, 1)];
    expect(run(writer, ...results).flat()).toEqual([10, 32, 10, 32, 0, 2, 0, 1]);
  });
});

onNative("a saved model", () => {
  test("refused by TensorFlow, is an error that says what TensorFlow says", () => {
    const writer = new GraphWriter();
    writer.node("NoSuchOperation", []);
    expectRefused(() => openSession(writer), /TensorFlow refuses the graph: .*NoSuchOperation/);
  });
});

function size(writer: GraphWriter): number {
  const graph = new (protobuf().GraphDef)() as unknown as {
    setNodeList(nodes: unknown[]): void;
    serializeBinary(): Uint8Array;
  };
  graph.setNodeList(writer.nodes);
  return graph.serializeBinary().length;
}
