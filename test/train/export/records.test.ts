// Models of records export under the names of their parts.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Dense } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { type ExportOptions, exportGraphModel, exportSavedModel, modelOf } from "../../../src/train";
import { expectClose } from "../../support";
import { make } from "./models";
import { casesOf, onNative, temporaryFolder } from "./support";

interface Signature {
  readonly inputs: object;
  readonly outputs: object;
}
const signatureIn = (folder: string): Signature =>
  JSON.parse(readFileSync(join(folder, "model.json"), "utf8")).signature;

onNative("records", () => {
  const { node } = createRequire(__filename)("@tensorflow/tfjs-node") as typeof import("@tensorflow/tfjs-node");

  test("exportSavedModel and exportGraphModel name inputs and outputs as the records do", async () => {
    const { model, inputs, give } = make("posts");
    const [saved, web] = [join(temporaryFolder(), "saved"), join(temporaryFolder(), "web")] as const;
    const left = tf.memory().numTensors;
    await exportSavedModel(model, saved, { inputs });
    await exportGraphModel(model, web, { inputs });
    expect(tf.memory().numTensors - left, "tensors left behind").toBe(0);
    const { inputs: into, outputs: out } = signatureIn(web);
    expect([Object.keys(into).sort(), Object.keys(out).sort()]).toEqual([
      ["image", "text", "text_lengths"],
      ["kind", "tags"],
    ]);
    const loaded = await node.loadSavedModel(saved);
    for (const each of casesOf({ model, inputs, give }, saved, [
      [3, 5],
      [1, 2],
    ])) {
      const given = Object.entries(each.inputs).map(([name, values]) => {
        return [name, tf.tensor(values as number[], undefined, each.dtypes[name] as "int32")] as const;
      });
      const made = loaded.predict(Object.fromEntries(given) as never) as unknown as Record<string, tf.Tensor>;
      for (const [name, values] of Object.entries(each.outputs)) {
        expectClose(made[name] as tf.Tensor, tf.tensor(values as number[]), 1e-5);
      }
    }
    loaded.dispose();
  });

  const head = new Dense({ inputSize: 2, outputSize: 2, seed: 1 });
  const last = new Dense({ inputSize: 2, outputSize: 3, seed: 2 });
  const sums = (x: tf.Tensor3D) => last.call(tf.sum<tf.Tensor2D>(head.call(x), 1));
  interface Two {
    readonly a: tf.Tensor3D;
    readonly b: tf.Tensor3D;
  }
  // biome-ignore lint/suspicious/noExplicitAny: of any inputs and outputs
  const modelWith = (call: (x: any) => tf.Tensor | Record<string, tf.Tensor>) =>
    modelOf<unknown, tf.Tensor | Record<string, tf.Tensor>>({ head, last }, call);
  const namesIn = async (call: Parameters<typeof modelWith>[0], inputs: ExportOptions["inputs"]) => {
    const folder = join(temporaryFolder(), "saved");
    await exportSavedModel(modelWith(call), folder, { inputs });
    const [graph] = await node.getMetaGraphsFromSavedModel(folder);
    const { inputs: into = {}, outputs = {} } = graph?.signatureDefs.serving_default ?? {};
    return [Object.keys(into).sort(), Object.keys(outputs).sort()];
  };

  test("each part has its own number of time steps; a name is a size that parts share", async () => {
    const both = { a: [null, null, 2], b: [null, null, 2] };
    const apart = ({ a, b }: Two) => ({ c: sums(a), d: head.call(b) });
    expect(await namesIn(apart, { x: both })).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    const joined = ({ a, b }: Two) => ({ c: head.call(tf.add<tf.Tensor3D>(a, b)), d: sums(a) });
    await expect(namesIn(joined, { x: both })).rejects.toThrow(
      /^exportSavedModel, tried with a \[7,10,2\] and b \[7,13,2\]/,
    );
    const shared = { a: [null, "steps", 2], b: [null, "steps", 2] };
    expect((await namesIn(joined, { x: shared }))[0]).toEqual(["a", "b"]);
  });

  test("the one output of a record is called output; a record of outputs of one x has its names", async () => {
    const one = ({ a }: { a: tf.Tensor3D }) => sums(a);
    expect(await namesIn(one, { x: { a: [null, null, 2] } })).toEqual([["a"], ["output"]]);
    const two = (x: tf.Tensor3D) => ({ a: sums(x), b: head.call(x) });
    expect(await namesIn(two, { x: [null, null, 2] })).toEqual([["x"], ["a", "b"]]);
  });

  test("two inputs of one name, an output with the name of an input, and other structures are refused", async () => {
    const folder = join(temporaryFolder(), "none");
    const model = modelWith(({ a }: Two) => ({ a: sums(a) }));
    const refused = (inputs: object, message: string | RegExp) =>
      expect(exportSavedModel(model, folder, { inputs } as never)).rejects.toThrow(message);
    const a = [null, null, 2];
    await refused(
      { x: { a, b: a } },
      "exportSavedModel: the model's outputs: expected other names than the inputs', a, b, got a",
    );
    await refused(
      { x: { a, a_lengths: a }, lengths: { a: [null] } },
      "exportSavedModel: inputs: expected inputs with different names: x.a_lengths and lengths.x.a would both be " +
        "a_lengths, got the same name",
    );
    await refused({ x: { a }, lengths: { c: [null] } }, "inputs.lengths.c: expected a record with names of x, among a");
    await refused({ x: { a }, lengths: [null] }, "inputs.lengths: expected a record with names of x, among a, got a");
    await refused(
      { x: a, lengths: { a: [null] } },
      "inputs.lengths: expected a shape, as x is no record, got a record",
    );
    await refused({ x: {} }, "inputs.x: expected at least one name, got an empty record");
    await refused({ x: { "a b": a } }, 'inputs: expected names of letters, digits and _, got "a b"');
    await refused({ x: { a: [undefined, 2] } }, /inputs\.a: expected a shape .*got \[undefined,2\]/);
    await refused({ x: { a: undefined } }, /inputs\.a: expected a shape .*got undefined/);
    expect(existsSync(folder)).toBe(false);
  });
});
