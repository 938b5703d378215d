import { expect, test } from "vitest";
import { GraphWriter } from "../../../src/compile/emit/graph-writer";
import { BOOL, FLOAT32, INT32 } from "../../../src/compile/engine/dtypes";
import { graphDefBytes } from "../../../src/compile/engine/graph-def";
import {
  boolAttr,
  floatAttr,
  intAttr,
  intsAttr,
  shapeAttr,
  stringAttr,
  typeAttr,
} from "../../../src/compile/engine/protobuf";
import { graphMessage, PRODUCER } from "../../../src/compile/runtime/session/graph-bytes";
import { onNative } from "../support";

onNative("graphDefBytes(nodes, producer)", () => {
  const bytesOf = (writer: GraphWriter) => [
    Buffer.from(graphDefBytes(writer.nodes, PRODUCER)).toString("hex"),
    Buffer.from(graphMessage(writer).serializeBinary()).toString("hex"),
  ];

  test("gives the bytes that the generated class writes, for each kind of attribute", () => {
    const writer = new GraphWriter();
    const x = writer.placeholder("x", FLOAT32, [-1, 0, 1, 127, 128, 300, 70_000, 2 ** 33]);
    const all = {
      z: typeAttr(FLOAT32),
      a: intAttr(0),
      b: intAttr(-7),
      c: intAttr(2 ** 40 + 5),
      d: floatAttr(-0.1),
      e: boolAttr(false),
      f: boolAttr(true),
      g: stringAttr(""),
      h: stringAttr("größer".repeat(40)),
      i: shapeAttr([]),
      j: intsAttr([]),
      k: intsAttr([0, -1, 5, 1000]),
      B: intAttr(1),
    };
    writer.node("Op", [x, `^${x}`, `${x}:1`], all, "n".repeat(130));
    writer.constant(
      FLOAT32,
      [3, 1000],
      Float32Array.from({ length: 3000 }, (_, i) => i / 7),
    );
    writer.constant(INT32, [0], []);
    writer.constant(BOOL, [], [1]);
    writer.nodes[0]?.setDevice("/cpu:1");
    const [ours, generated] = bytesOf(writer);
    expect(ours).toBe(generated);
  });

  test("of no node, and of more bytes than the first block of memory has", () => {
    const writer = new GraphWriter();
    expect(new Set(bytesOf(writer)).size).toBe(1);
    for (let i = 0; i < 30; i++)
      writer.constant(
        FLOAT32,
        [2500],
        Float32Array.from({ length: 2500 }, (_, k) => k + i),
      );
    expect(new Set(bytesOf(writer)).size).toBe(1);
  });
});
