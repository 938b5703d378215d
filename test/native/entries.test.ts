// Every function of the addon, given what is no argument of it: an error with a code, never a crash.
import { expect, test } from "vitest";
import { nativeAddon } from "../../src/native";
import { graphDef, onAddon, product } from "./support";

onAddon("the addon's functions", () => {
  const addon = () => nativeAddon() as unknown as Record<string, (...given: unknown[]) => unknown>;

  test("refuse wrong arguments, of every type at every place, with an error that has a code", () => {
    const made = (name: string, ...given: unknown[]) => addon()[name]?.(...given);
    const tensor = made("newTensor", 1, [2], Float32Array.of(1, 2));
    const session = made(
      "newSession",
      graphDef((writer) => void writer.placeholder("x", 1, [2])),
      new Uint8Array(),
    );
    const [call] = made("prepare", session, ["x"], ["x"], []) as unknown[];
    const detached = new Float32Array(2);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    const values: unknown[] = [
      undefined,
      null,
      0,
      -1,
      1.5,
      Number.NaN,
      2 ** 60,
      true,
      "",
      "x",
      "x:9",
      Symbol("s"),
      10n,
      {},
      [],
      [1],
      [-1],
      [{}],
      ["x"],
      ["x", "y"],
      [tensor],
      [session],
      new Uint8Array(3),
      new Float32Array(2),
      detached,
      new DataView(new ArrayBuffer(8)),
      new ArrayBuffer(8),
      () => 0,
      new Proxy([], {}),
      tensor,
      session,
      call,
    ];
    const taken: string[] = [];
    let refused = 0;
    // free would free the handles above; setEnvironment changes the process
    for (const name of Object.keys(addon()).filter((each) => !/^(free|setEnvironment)$/.test(each))) {
      const tryWith = (...given: unknown[]) => {
        try {
          const result = addon()[name]?.(...given);
          if (result instanceof Promise) result.catch(() => {});
          taken.push(name);
        } catch (error) {
          const { code } = error as { code?: unknown };
          if (!(error instanceof Error) || !/^[A-Z_]+$/.test(String(code))) throw new Error(`${name}: ${error}`);
          refused++;
        }
      };
      for (const first of values) {
        tryWith(first);
        for (const second of values) tryWith(first, second);
      }
      for (const [first, second] of [
        [session, ["x"]],
        [call, [tensor]],
        [1, [2]],
        [7, [1]],
      ])
        for (const third of values) {
          tryWith(first, second, third);
          for (const fourth of values) tryWith(first, second, third, fourth);
        }
    }
    made("giveTensors", []); // what was given stands there until it is taken
    expect(refused).toBeGreaterThan(10_000);
    expect(taken).toContain("newTensor");
    expect(
      product()
        .prepare(["x", "w"], ["y"])
        .run([new Float32Array(6), new Float32Array(6)])[0]?.shape,
    ).toEqual([2, 2]);
  });
});
