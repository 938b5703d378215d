import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { nativeAddon } from "../../../src/native";
import { temporaryFolder } from "../../temporary-folder";
import { inChild, onNative } from "../support";

onNative("the temporary folder", () => {
  const ways = nativeAddon() === undefined ? ["off"] : ["off", "on"];
  test.each(ways)(
    "is empty after compiling, training, and graphs that TensorFlow refuses (UNROLL_NATIVE=%s)",
    (way) => {
      const folder = temporaryFolder();
      const found = inChild(
        `
      const { GraphWriter } = require("./src/compile/emit/graph-writer.ts");
      const { openSession } = require("./src/compile/runtime/session/open-session.ts");
      const { readdirSync } = require("node:fs");
      const x = tf.ones([4]), w = tf.variable(tf.scalar(2));
      compile((x) => tf.neg(x))(x);
      trainStep((x) => tf.mul(x, w), { variables: [w], optimizer: new rnn.AdamOptimizer() })(x);
      const writer = new GraphWriter();
      writer.node("NoSuchOperation", []);
      let refused = 0;
      try { openSession(writer); } catch { refused = 1; }
      print([refused, readdirSync(${JSON.stringify(folder)})]);`,
        { TMPDIR: folder, TEMP: folder, UNROLL_NATIVE: way },
      );
      expect(found).toEqual([1, []]);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  const script = `
    try { compile((x) => tf.sin(x))(tf.ones([2])); print("works"); } catch (error) { print(error.constructor.name + ": " + error.message); }`;
  const nowhere = { TMPDIR: "/nowhere/at/all", TEMP: "/nowhere/at/all" };

  test("that cannot be written to is named in the error, where the native addon is off", () => {
    const message = inChild(script, { ...nowhere, UNROLL_NATIVE: "off" });
    expect(message).toMatch(/CompileError: .*\/nowhere\/at\/all/);
  });

  test.runIf(nativeAddon() !== undefined)("is not needed with the native addon", () => {
    expect(inChild(script, nowhere)).toBe("works");
  });
});

onNative("threads", () => {
  const script = `
    const said = [];
    console.warn = (text) => said.push(text);
    for (let i = 0; i < 2; i++) compile((x) => tf.sin(x))(tf.ones([2]));
    print([said, process.env.TF_NUM_INTRAOP_THREADS]);`;
  const first = { NODE_OPTIONS: `--require ${require.resolve("@tensorflow/tfjs-node")}` };

  test("are one an operation, unless the user says otherwise", () => {
    const unset = { TF_NUM_INTRAOP_THREADS: undefined };
    expect(inChild(script, { ...unset, UNROLL_NATIVE: "off" })).toEqual([[], "1"]);
    expect(inChild(script, unset)).toEqual([[], nativeAddon() === undefined ? "1" : null]); // no variable is needed
    expect(inChild(script, { TF_NUM_INTRAOP_THREADS: "2" })).toEqual([[], "2"]);
  });

  test("that were chosen too early are told of once, with what to do", () => {
    const [said] = inChild(script, { ...first, TF_NUM_INTRAOP_THREADS: undefined }) as [string[]];
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/was started before unroll .* Import unroll first, or set TF_NUM_INTRAOP_THREADS=1/);
    expect(inChild(script, { ...first, TF_NUM_INTRAOP_THREADS: "1" })).toEqual([[], "1"]);
  });
});

test.runIf(nativeAddon() !== undefined)(
  "dispose frees a graph at once, in a loop without an await too",
  () => {
    const found = inChild(
      `const rss = () => process.memoryUsage().rss / 2 ** 20;
       const { GRUCell, dynamicRnn } = rnn;
       const cell = new GRUCell({ inputSize: 3, numUnits: 8, seed: 1 });
       const x = tf.ones([2, 10, 3]);
       const make = (count) => {
         for (let i = 0; i < count; i++) {
           const last = compile((x) => dynamicRnn(cell, x)[1], { variables: cell.variables });
           last(x).dispose();
           last.dispose();
         }
       };
       make(20);
       const before = rss();
       make(150);
       print(rss() - before);`,
    );
    expect(found).toBeLessThan(50); // megabytes; each graph kept 0.7
  },
  120_000,
);
