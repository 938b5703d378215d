import { expect, test } from "vitest";
import { stringAttr } from "../../src/compile/engine/protobuf";
import { giveToEager, NativeTensor, Session, takeFromEager } from "../../src/native";
import * as tf from "../../src/tf";
import { FLOAT, failure, graphDef, onAddon, product, T } from "./support";

const MB = 2 ** 20;
const big = new Float32Array(256 * 1024); // 1 MB
const bad = new Float32Array(big.length).fill(Number.NaN);

/** How many MB the process grows by while `act` runs so often, after the first runs. */
async function growth(count: number, act: () => unknown): Promise<number> {
  const round = async () => {
    for (let i = 0; i < count; i++) await act();
    await new Promise((resolve) => setTimeout(resolve, 50));
    globalThis.gc?.();
    return process.memoryUsage.rss() / MB;
  };
  const before = await round();
  return (await round()) - before;
}

onAddon("memory", () => {
  const one = () =>
    new Session(
      graphDef((writer) => {
        const x = writer.placeholder("x", FLOAT, [big.length]);
        writer.node("Neg", [x], T, "y");
        writer.node("CheckNumerics", [x], { ...T, message: stringAttr("wrong") }, "wrong");
      }),
    );

  test("10,000 runs that fail, each given 1 MB, leave nothing", async () => {
    const call = one().prepare(["x"], ["wrong"]);
    expect(await failure(() => call.run([bad]))).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(await growth(5000, () => failure(() => call.run([bad])))).toBeLessThan(20);
  });

  test("10,000 asynchronous runs that fail leave nothing", async () => {
    const call = one().prepare(["x"], ["wrong"]);
    expect(await growth(5000, () => failure(() => call.runAsync([bad])))).toBeLessThan(20);
  });

  test("runs, views and tensors that go to tfjs-node and come back leave nothing, once disposed", async () => {
    const call = one().prepare(["x"], ["y"]);
    const { binding } = tf.backend() as unknown as {
      binding: Parameters<typeof takeFromEager>[0] & { deleteTensor(id: number): void };
    };
    const act = () => {
      const outputs = call.run([big]);
      const [given] = giveToEager(binding, outputs);
      const [taken] = takeFromEager(binding, [given?.id as number], FLOAT) as [NativeTensor];
      binding.deleteTensor(given?.id as number);
      for (const tensor of [...outputs, taken]) tensor.dispose();
    };
    expect(await growth(2000, act)).toBeLessThan(20);
  });

  test("what is not disposed is collected: the garbage collector knows its size", async () => {
    const act = async () => {
      NativeTensor.of(FLOAT, [big.length]).view();
      await new Promise((resolve) => setImmediate(resolve));
    };
    expect(await growth(2000, act)).toBeLessThan(300); // 2,000 MB without
  });

  test("sessions that are closed leave nothing", async () => {
    const act = async () => {
      const session = product();
      session.prepare(["x", "w"], ["y"]).run([new Float32Array(6), new Float32Array(6)]);
      session.close();
      await new Promise((resolve) => setImmediate(resolve));
    };
    expect(await growth(150, act)).toBeLessThan(30);
  });
});
