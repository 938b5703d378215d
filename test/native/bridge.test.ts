import { expect, test } from "vitest";
import { type EagerBinding, giveToEager, NativeTensor, takeFromEager, type Values } from "../../src/native";
import * as tf from "../../src/tf";
import { FLOAT, failure, INT, onAddon, product } from "./support";

type Binding = EagerBinding & {
  createTensor(shape: number[], dtype: number, values: Values | readonly Uint8Array[]): number;
  tensorDataSync(id: number): ArrayLike<number | bigint>;
  deleteTensor(id: number): void;
};
const backend = () =>
  tf.backend() as unknown as { binding: Binding; getInputTensorIds(tensors: tf.Tensor[]): number[] };

onAddon("between tfjs-node and the addon", () => {
  test.each<readonly [dtype: number, values: Values | Uint8Array[]]>([
    [1, Float32Array.of(1.5, Number.NaN)],
    [3, Int32Array.of(-1, 2 ** 31 - 1)],
    [4, Uint8Array.of(0, 255)],
    [10, Uint8Array.of(0, 1)],
    [7, [Buffer.from("a"), Buffer.alloc(100, "b")].map((text) => new Uint8Array(text))],
  ])("a tensor of dtype %i keeps its values on the way there and back", (dtype, values) => {
    const { binding } = backend();
    const id = binding.createTensor([2], dtype, values);
    const [tensor] = takeFromEager(binding, [id], dtype) as [NativeTensor];
    binding.deleteTensor(id);
    expect([tensor.dtype, tensor.shape, tensor.read()]).toEqual([dtype, [2], values]);
    const [given] = giveToEager(binding, [tensor]);
    tensor.dispose();
    expect(given).toMatchObject({ dtype, shape: [2] });
    const [again] = takeFromEager(binding, [given?.id as number], dtype) as [NativeTensor];
    if (dtype !== 4) expect(binding.tensorDataSync(given?.id as number)).toEqual(values); // tfjs-node cannot read uint8
    binding.deleteTensor(given?.id as number);
    expect(again.read()).toEqual(values);
  });

  test("int64, which JavaScript cannot make in tfjs-node, comes over too", () => {
    const { binding } = backend();
    const given = giveToEager(binding, [NativeTensor.of(9, [2], BigInt64Array.of(2n ** 62n, -5n))]);
    expect(binding.tensorDataSync(given[0]?.id as number)).toEqual(BigInt64Array.of(2n ** 62n, -5n));
  });

  test("many tensors come over in one operation, in their order; a session computes with tf's tensors", () => {
    const { binding } = backend();
    tf.tidy(() => {
      const made = [tf.ones([2, 3]), tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2])];
      const [x, w] = takeFromEager(binding, backend().getInputTensorIds(made), FLOAT) as [NativeTensor, NativeTensor];
      const outputs = product().prepare(["x", "w"], ["y", "y"]).run([x, w]);
      const given = giveToEager(binding, outputs);
      expect(given.map(({ shape }) => shape)).toEqual([
        [2, 2],
        [2, 2],
      ]);
      expect(binding.tensorDataSync(given[0]?.id as number)).toEqual(Float32Array.of(9, 12, 9, 12));
      for (const { id } of given) binding.deleteTensor(id);
    });
  });

  test("an error leaves nothing behind for the next one", async () => {
    const { binding } = backend();
    const id = binding.createTensor([1], FLOAT, Float32Array.of(3));
    await failure(() => takeFromEager(binding, [id, 123_456_789], FLOAT));
    await failure(() => takeFromEager(binding, [id], INT));
    const freed = NativeTensor.of(FLOAT, [1]);
    freed.dispose();
    expect(await failure(() => giveToEager(binding, [NativeTensor.of(FLOAT, [1]), freed]))).toBeDefined();
    const mixed = [NativeTensor.of(FLOAT, [1]), NativeTensor.of(INT, [1])];
    expect(await failure(() => giveToEager(binding, mixed))).toBeDefined();
    expect(takeFromEager(binding, [id], FLOAT)[0]?.read()).toEqual(Float32Array.of(3));
    expect(takeFromEager(binding, [], FLOAT)).toEqual([]);
    expect(giveToEager(binding, [])).toEqual([]);
  });
});
