import { expect, test } from "vitest";
import { NativeTensor, runOptions } from "../../src/native";
import { ENDLESS, failure, loop, matrix, onAddon, product } from "./support";

const x = Float32Array.of(1, 2, 3, 4, 5, 6);
const w = Float32Array.of(1, -1, 0.5, 2, 0, 1);
const expected = Float32Array.of(2, 6, 6.5, 12);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

onAddon("a run on another thread", () => {
  test("gives what a run gives, and fails with what it throws", async () => {
    const call = product().prepare(["x", "w"], ["y"]);
    expect((await call.runAsync([x, w]))[0]?.read()).toEqual(expected);
    const { outputs, metadata } = await call.runTracedAsync([x, w], runOptions({ trace: "full" }));
    expect(outputs[0]?.read()).toEqual(expected);
    expect(metadata.length).toBeGreaterThan(100);
    expect(await failure(() => call.runAsync([x]))).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(await failure(() => product().prepare(["x"], ["y"]).runAsync([x]))).toMatchObject({
      name: "NativeError",
      code: "INVALID_ARGUMENT",
    });
  });

  test("leaves the event loop to others, and more than four runs go side by side", async () => {
    const calls = Array.from({ length: 6 }, () => loop(ENDLESS).prepare(["x"], ["y"]));
    const started = Date.now();
    const runs = calls.map((call) => failure(() => call.runAsync([matrix], runOptions({ timeoutMs: 200 }))));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const errors = await Promise.all(runs);
    clearInterval(timer);
    for (const error of errors) expect(error).toMatchObject({ code: "DEADLINE_EXCEEDED" });
    expect(ticks).toBeGreaterThan(2);
    expect(started).toBeLessThan(Date.now());
  });

  test("takes its inputs along: what is freed or changed meanwhile does not matter", async () => {
    const call = product().prepare(["x", "w"], ["y"]);
    const given = x.slice();
    const tensor = NativeTensor.of(1, [3, 2], w);
    const run = call.runAsync([given, tensor]);
    given.fill(0);
    tensor.dispose();
    call.dispose();
    expect((await run)[0]?.read()).toEqual(expected);
  });

  test("is cancelled when its session is closed", async () => {
    const session = loop(ENDLESS);
    const run = failure(() => session.prepare(["x"], ["y"]).runAsync([matrix]));
    await wait(20);
    session.close();
    expect(await run).toMatchObject({ name: "NativeError", code: "CANCELLED" });
  });

  test("can be waited for: waitForRuns blocks until the session is at rest, and the promise is settled afterwards", async () => {
    const session = loop(2000);
    const call = session.prepare(["x"], ["y"]);
    const runs = [call.runAsync([matrix]), call.runAsync([matrix])];
    let settled = 0;
    for (const run of runs) void run.then(() => settled++);
    session.waitForRuns();
    expect(settled).toBe(0);
    const started = process.hrtime.bigint();
    session.waitForRuns();
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(20);
    for (const [output] of await Promise.all(runs)) expect(output?.shape).toEqual([64, 64]);
  });
});
