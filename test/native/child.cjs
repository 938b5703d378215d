/** For processes of their own: sessions made of the sources. */
const { GraphWriter } = require("../../src/compile/emit/graph-writer.ts");
const { writeLoop } = require("../../src/compile/emit/while-loop.ts");
const { protobuf, typeAttr } = require("../../src/compile/engine/protobuf.ts");
const { Session } = require("../../src/native/index.ts");

const T = { T: typeAttr(1) };

/** @param {(writer: InstanceType<typeof GraphWriter>) => void} write */
function graph(write) {
  const writer = new GraphWriter();
  write(writer);
  const made = new (protobuf().GraphDef)();
  made.setNodeList(writer.nodes);
  const versions = new (protobuf().VersionDef)();
  versions.setProducer(1087);
  made.setVersions(versions);
  return made.serializeBinary();
}

/** A loop that does not end by itself: `y` of `x`, [64, 64]. */
const loopGraph = graph((writer) => {
  const x = writer.placeholder("x", 1, [64, 64]);
  /** @param {import("../../src/compile/emit/while-loop").LoopContext} context */
  const body = ({ carried: [value = ""] }) => [writer.node("MatMul", [value, value], T)];
  const loop = { frame: "loop", iterations: 2_000_000_000, parallel: 1 };
  const [y = ""] = writeLoop(writer, loop, [{ dtype: 1, initial: x }], body);
  writer.node("Identity", [y], T, "y");
});

/** A run that does not end by itself. @param {Uint8Array} [options] */
function endless(options) {
  return new Session(loopGraph).prepare(["x"], ["y"]).runAsync([new Float32Array(64 * 64)], options);
}

/** The sum of 200 squares of a number, each by a run. @param {number} number */
async function squares(number) {
  const session = new Session(
    graph((writer) => {
      writer.node("Square", [writer.placeholder("x", 1, [])], T, "y");
    }),
  );
  const call = session.prepare(["x"], ["y"]);
  let sum = 0;
  for (let i = 0; i < 100; i++) {
    for (const [y] of [call.run([Float32Array.of(number)]), await call.runAsync([Float32Array.of(number)])])
      sum += Number(y?.read()[0]);
  }
  return sum;
}

/** @param {number} ms */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

module.exports = { endless, graph, loopGraph, squares, T, wait };
