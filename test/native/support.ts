import { describe } from "vitest";
import { GraphWriter } from "../../src/compile/emit/graph-writer";
import { writeLoop } from "../../src/compile/emit/while-loop";
import { protobuf, typeAttr } from "../../src/compile/engine/protobuf";
import { nativeAddon, nativeProblem, Session } from "../../src/native";
import * as tf from "../../src/tf";

/** Only where the addon is built; a line says why it is left out. */
export const onAddon = describe.runIf(nativeAddon() !== undefined && tf.engineInUse.name === "tensorflow");
const problem = nativeProblem();
if (problem !== undefined) console.warn(`tests of the addon are left out: ${problem}`);

export const FLOAT = 1;
export const INT = 3;
export const T = { T: typeAttr(FLOAT) };

/** The bytes of a graph. */
export function graphDef(write: (writer: GraphWriter) => void): Uint8Array {
  const writer = new GraphWriter();
  write(writer);
  const { GraphDef, VersionDef } = protobuf();
  const graph = new GraphDef();
  graph.setNodeList(writer.nodes);
  const versions = new VersionDef();
  versions.setProducer(1087);
  graph.setVersions(versions);
  return graph.serializeBinary();
}

/** A session on `y = x · w`, `x` of [2, 3], `w` of [3, 2], and `z`, any tensor of float32, doubled as `twice`. */
export const product = (config?: Uint8Array) =>
  new Session(
    graphDef((writer) => {
      const x = writer.placeholder("x", FLOAT, [2, 3]);
      const w = writer.placeholder("w", FLOAT, [3, 2]);
      writer.node("MatMul", [x, w], T, "y");
      const z = writer.node("Placeholder", [], { dtype: typeAttr(FLOAT) }, "z");
      writer.node("AddV2", [z, z], T, "twice");
    }),
    config,
  );

/** A session on a loop that multiplies `x`, of [64, 64], with itself so many times, and gives it as `y`. */
export const loop = (iterations: number, config?: Uint8Array) =>
  new Session(
    graphDef((writer) => {
      const x = writer.placeholder("x", FLOAT, [64, 64]);
      const [y] = writeLoop(
        writer,
        { frame: "loop", iterations, parallel: 1 },
        [{ dtype: FLOAT, initial: x }],
        ({ carried: [value] }) => [writer.node("MatMul", [value as string, value as string], T)],
      );
      writer.node("Identity", [y as string], T, "y");
    }),
    config,
  );
/** More iterations than any test waits for. */
export const ENDLESS = 2_000_000_000;
export const matrix = new Float32Array(64 * 64);

/** What a call throws, or a promise is rejected with. */
export async function failure(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return undefined;
}
