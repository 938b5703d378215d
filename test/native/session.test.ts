import { expect, test } from "vitest";
import { stringAttr, typeAttr } from "../../src/compile/engine/protobuf";
import { configProto, NativeError, NativeTensor, runOptions, Session } from "../../src/native";
import * as tf from "../../src/tf";
import { ENDLESS, FLOAT, failure, graphDef, loop, matrix, onAddon, product, T } from "./support";

const x = Float32Array.of(1, 2, 3, 4, 5, 6);
const w = Float32Array.of(1, -1, 0.5, 2, 0, 1);

onAddon("a session", () => {
  test("run(inputs) gives what the eager operation gives, from typed arrays and from tensors", () => {
    const call = product().prepare(["x", "w"], ["y"]);
    const expected = tf.tidy(() => tf.matMul(tf.tensor2d(x, [2, 3]), tf.tensor2d(w, [3, 2])).dataSync());
    const [fromArrays] = call.run([x, w]) as [NativeTensor];
    expect(fromArrays.read()).toEqual(expected);
    expect([fromArrays.dtype, fromArrays.shape]).toEqual([FLOAT, [2, 2]]);
    const [fromTensors] = call.run([NativeTensor.of(FLOAT, [2, 3], x), w]) as [NativeTensor];
    expect(fromTensors.read()).toEqual(expected);
    expect(call.feeds).toEqual([
      { dtype: FLOAT, shape: [2, 3], count: 6 },
      { dtype: FLOAT, shape: [3, 2], count: 6 },
    ]);
    expect(call.fetches).toEqual([{ dtype: FLOAT, shape: [2, 2], count: 4 }]);
  });

  test("a placeholder of unknown shape takes tensors of any shape, and refuses a typed array, which has none", async () => {
    const call = product().prepare(["z"], ["twice:0"]);
    expect(call.feeds).toEqual([{ dtype: FLOAT, shape: undefined, count: undefined }]);
    const [twice] = call.run([NativeTensor.of(FLOAT, [2, 1], Float32Array.of(1, 2))]) as [NativeTensor];
    expect([twice.shape, twice.read()]).toEqual([[2, 1], Float32Array.of(2, 4)]);
    expect(await failure(() => call.run([Float32Array.of(1, 2)]))).toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  test("variables keep their values from run to run; a target runs without being fetched", () => {
    const session = new Session(
      graphDef((writer) => {
        const v = writer.variable("v", FLOAT, [2]);
        const value = writer.placeholder("value", FLOAT, [2]);
        writer.node("AssignAddVariableOp", [v, value], { dtype: typeAttr(FLOAT) }, "add");
        writer.node("AssignVariableOp", [v, value], { dtype: typeAttr(FLOAT) }, "assign");
        writer.node("ReadVariableOp", [v], { dtype: typeAttr(FLOAT) }, "read");
      }),
    );
    session.prepare(["value"], [], ["assign"]).run([Float32Array.of(1, 2)]);
    const add = session.prepare(["value"], [], ["add"]);
    for (let i = 0; i < 3; i++) add.run([Float32Array.of(1, 10)]);
    expect(session.prepare([], ["read"]).run([])[0]?.read()).toEqual(Float32Array.of(4, 32));
  });

  test("devices() lists as many CPUs as deviceCount says, and nodes run on them", () => {
    const session = product(configProto({ deviceCount: { CPU: 3 } }));
    expect(session.devices()).toEqual([0, 1, 2].map((i) => `/job:localhost/replica:0/task:0/device:CPU:${i}`));
  });

  test("runTraced gives a RunMetadata message that names the operations", () => {
    const call = product().prepare(["x", "w"], ["y"]);
    const { outputs, metadata } = call.runTraced([x, w], runOptions({ trace: "full" }));
    expect(outputs[0]?.read()).toEqual(Float32Array.of(2, 6, 6.5, 12));
    expect(Buffer.from(metadata).toString("latin1")).toContain("MatMul");
  });

  test("inCallerThread gives the same numbers", () => {
    const call = product().prepare(["x", "w"], ["y"]);
    expect(call.run([x, w], runOptions({ inCallerThread: true }))[0]?.read()).toEqual(Float32Array.of(2, 6, 6.5, 12));
  });

  test("a run longer than timeoutMs fails with DEADLINE_EXCEEDED, and the session goes on", async () => {
    const call = loop(ENDLESS).prepare(["x"], ["y"]);
    const error = await failure(() => call.run([matrix], runOptions({ timeoutMs: 30 })));
    expect(error).toBeInstanceOf(NativeError);
    expect(error).toMatchObject({ code: "DEADLINE_EXCEEDED" });
    const identity = loop(1).prepare(["x"], ["y"]);
    expect(identity.run([matrix], runOptions({ timeoutMs: 60_000 }))[0]?.shape).toEqual([64, 64]);
  });

  test("errors have TensorFlow's code, and say what was expected and what came", async () => {
    const session = product();
    const call = session.prepare(["x", "w"], ["y"]);
    const refused = async (run: () => unknown, code: string, message: RegExp) => {
      const error = await failure(run);
      expect(error).toBeInstanceOf(NativeError);
      expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    };
    await refused(() => new Session(Uint8Array.of(1, 2, 3)), "INVALID_ARGUMENT", /GraphDef/);
    await refused(() => new Session(new Uint8Array(), Uint8Array.of(255)), "INVALID_ARGUMENT", /ConfigProto/);
    await refused(() => new Session(graphDef((writer) => void writer.node("NoSuchOp", []))), "NOT_FOUND", /NoSuchOp/);
    await refused(() => session.prepare(["q"], ["y"]), "NOT_FOUND", /no operation q/);
    await refused(() => session.prepare([], ["y:1"]), "NOT_FOUND", /no output y:1/);
    await refused(() => session.prepare([], ["y:x"]), "INVALID_ARGUMENT", /"node:1"/);
    await refused(() => call.run([x]), "INVALID_ARGUMENT", /expected 2 inputs, got 1/);
    await refused(() => call.run([x, Int32Array.from(w)]), "INVALID_ARGUMENT", /input 1: expected a Float32Array/);
    await refused(() => call.run([x, w.subarray(1)]), "INVALID_ARGUMENT", /input 1: expected 6 elements, got 5/);
    await refused(
      () => call.run([x, NativeTensor.of(FLOAT, [2, 3], w)]),
      "INVALID_ARGUMENT",
      /input 1: expected shape \[3,2\], got \[2,3\]/,
    );
    await refused(
      () => call.run([x, NativeTensor.of(3, [3, 2])]),
      "INVALID_ARGUMENT",
      /input 1: expected dtype 1, got 3/,
    );
    await refused(() => session.prepare(["x"], ["x"]).run([x]), "INVALID_ARGUMENT", /both fed and fetched/);
    await refused(
      () => session.prepare(["x"], ["y"]).run([x]),
      "INVALID_ARGUMENT",
      /must feed a value for placeholder/,
    );
    expect(call.run([x, w])[0]?.read()).toEqual(Float32Array.of(2, 6, 6.5, 12));
  });

  test("a closed session and a freed call are refused", async () => {
    const session = product();
    const call = session.prepare(["x", "w"], ["y"]);
    session.close();
    expect(await failure(() => call.run([x, w]))).toMatchObject({ code: "FAILED_PRECONDITION" });
    expect(await failure(() => session.prepare([], ["y"]))).toMatchObject({ code: "FAILED_PRECONDITION" });
    call.dispose();
    expect(await failure(() => call.run([x, w]))).toMatchObject({ code: "FAILED_PRECONDITION" });
  });

  test("an operation that fails says so", async () => {
    const session = new Session(
      graphDef((writer) => {
        const value = writer.placeholder("value", FLOAT, [2]);
        const attributes = { ...T, message: stringAttr("the value is not finite") };
        writer.node("CheckNumerics", [value], attributes, "checked");
      }),
    );
    const call = session.prepare(["value"], ["checked"]);
    const error = await failure(() => call.run([Float32Array.of(1, Number.NaN)]));
    expect(error).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(/the value is not finite/),
    });
    expect(call.run([Float32Array.of(1, 2)])[0]?.read()).toEqual(Float32Array.of(1, 2));
  });
});
