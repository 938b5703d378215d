import { expect, test } from "vitest";
import { compile, scan, trainStep } from "../../../src/compile";
import { isCapturing } from "../../../src/compile/internal";
import { AdamOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { expectRefused, expectWorks, inChild, onNative } from "../support";

scopeEachTest();

type F = (x: tf.Tensor1D) => tf.Tensor;
const x = () => tf.tensor1d([1, 2, 3]);

onNative("what cannot be in a graph is refused at the first call, and nothing is broken or left behind", () => {
  const reads: Record<string, F> = {
    dataSync: (x) => tf.mul(x, x.dataSync()[0] as number),
    arraySync: (x) => tf.mul(x, x.arraySync()[0] as number),
    print: (x) => {
      x.print();
      return tf.neg(x);
    },
    bufferSync: (x) => tf.mul(x, x.bufferSync().get(0)),
    "data, not waited for": (x) => {
      void x.data();
      return tf.neg(x);
    },
    "array, not waited for": (x) => {
      void x.array();
      return tf.neg(x);
    },
    "of a result": (x) => tf.mul(x, tf.sum(x).dataSync()[0] as number),
    "in a gradient": (x) => tf.grad((y) => tf.mul(tf.square(y), tf.exp(y).dataSync()[0] as number))(x),
  };
  test.each(Object.entries(reads))("a read: %s", (_name, read) => {
    const given = x();
    const compiled = compile(read);
    expectRefused(() => compiled(given), /reads a tensor's values .* Return the tensor and read it outside/);
    expectRefused(() => compiled(given), /reads a tensor's values/); // the failed call left nothing half built
  });

  test("a read of a variable, declared or not, though the host still has its values", () => {
    const factor = tf.variable(tf.scalar(2)); // as yet no operation has used it
    const given = x();
    const scaled = (x: tf.Tensor1D) => tf.mul(x, factor.dataSync()[0] as number);
    expectRefused(() => compile(scaled)(given), /reads a tensor's values/);
    expectRefused(() => compile(scaled, { variables: [factor] })(given), /reads a tensor's values/);
    factor.dispose();
  });

  test("a read whose error the function catches", () => {
    const given = x();
    const wary = (x: tf.Tensor1D) => {
      try {
        return tf.mul(x, x.dataSync()[0] as number);
      } catch {
        return tf.mul(x, 7);
      }
    };
    expectRefused(() => compile(wary)(given), /reads a tensor's values/);
  });

  test("a read in a loop's step whose error the outer function catches", () => {
    const given = tf.ones([40]) as tf.Tensor1D;
    const wary = (x: tf.Tensor1D) => {
      const step = ([now]: tf.Tensor[]) => {
        const next = tf.mul(now as tf.Tensor, (now as tf.Tensor).dataSync()[0] as number);
        return { results: [next], states: [next] };
      };
      try {
        return scan(step, [x], [tf.scalar(0)]).results[0] as tf.Tensor1D;
      } catch {
        return tf.mul(x, 7);
      }
    };
    expectRefused(() => compile(wary)(given), /reads a tensor's values/);
    given.dispose();
  });

  test("an async function that reads", () => {
    const given = x();
    const later = async (x: tf.Tensor1D) => tf.mul(x, (await x.data())[0] as number);
    expectRefused(() => compile(later as unknown as F)(given), /reads a tensor's values/);
  });

  const randoms: Record<string, F> = {
    "tf.randomUniform": (x) => tf.add(x, tf.randomUniform([3])),
    "tf.randomUniform seeded": (x) => tf.add(x, tf.randomUniform([3], 0, 1, "float32", 7)),
    "tf.randomUniformInt": (x) => tf.add(x, tf.randomUniformInt([3], 0, 9, 7)),
    "tf.randomNormal": (x) => tf.add(x, tf.randomNormal([3])),
    "tf.randomNormal seeded": (x) => tf.add(x, tf.randomNormal([3], 0, 1, "float32", 7)),
    "tf.randomStandardNormal seeded": (x) => tf.add(x, tf.randomStandardNormal([3], "float32", 7)),
    "tf.truncatedNormal seeded": (x) => tf.add(x, tf.truncatedNormal([3], 0, 1, "float32", 7)),
    "tf.randomGamma seeded": (x) => tf.add(x, tf.randomGamma([3], 1, 1, "float32", 7)),
    "tf.dropout": (x) => tf.dropout(x, 0.5),
    "tf.dropout seeded": (x) => tf.dropout(x, 0.5, undefined, 7),
    "tf.multinomial": (x) => tf.multinomial(x, 2),
    "tf.multinomial seeded": (x) => tf.multinomial(x, 2, 7),
    "Math.random": (x) => tf.mul(x, Math.random()),
  };
  test.each(Object.entries(randoms))("host randomness: %s", (name, draw) => {
    const [named] = name.split(" ") as [string];
    const given = x();
    expectRefused(() => compile(draw)(given), new RegExp(`${named} draws .*Pass random tensors as arguments`));
  });

  test("tf.dropout of nothing draws nothing", () => {
    expectClose(compile((x: tf.Tensor1D) => tf.dropout(tf.neg(x), 0))(x()), [-1, -2, -3]);
  });

  test("a tensor from outside, and a variable, by its name", () => {
    const [given, other] = [x(), x()];
    const weight = tf.variable(tf.scalar(2), true, "of the outside");
    const way =
      "Name it in `variables` \\(with modelOf: give what has it as a part\\), pass it as an argument \\(as shared\\(t\\), where all examples share it\\), or make it inside the function";
    expectRefused(
      () => compile((x: tf.Tensor) => tf.add(x, other))(given),
      new RegExp(`a tensor of shape \\[3\\].*${way}`),
    );
    expectRefused(
      () => compile((x: tf.Tensor) => tf.mul(x, weight))(given),
      /the variable of the outside of shape \[\]/,
    );
    expectRefused(() => compile((_: tf.Tensor) => other)(given), /a tensor of shape \[3\] comes from outside/);
    expectRefused(() => compile((_: tf.Tensor) => tf.reshape(other, [3, 1]))(given), /comes from outside/);
    weight.dispose();
  });

  test("an argument by another way than as an argument", () => {
    const given = x();
    expectRefused(() => compile((x: tf.Tensor) => tf.add(x, given))(given), /comes from outside/);
  });

  test("in a training loss, too", () => {
    const [given, w, outside] = [x(), tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2), true, "forgotten")];
    const optimizer = new AdamOptimizer();
    const step = (loss: (x: tf.Tensor) => tf.Tensor) => trainStep(loss, { variables: [w], optimizer });
    const first = step((x) => tf.mul(x, w));
    first(given);
    expectRefused(() => step((x) => tf.mul(tf.mul(x, w), outside))(given), /the variable forgotten/);
    expectRefused(() => step((x) => tf.mul(tf.mul(x, w), x.dataSync()[0] as number))(given), /reads a tensor's values/);
    expectRefused(() => step((x) => tf.mul(tf.dropout(x, 0.5, undefined, 3), w))(given), /tf.dropout draws/);
    expect(Number.isFinite(first(given))).toBe(true);
    first.dispose();
    optimizer.dispose();
    tf.dispose([w, outside]);
  });

  test("a constant over 64 KB; one value over and over may be of any size", () => {
    const given = x();
    const large = (n: number) => (x: tf.Tensor) =>
      tf.add(x, tf.sum(tf.tensor1d(Float32Array.from({ length: n }, (_, i) => i))));
    expectRefused(() => compile(large(20_000))(given), /constant of shape \[20000\].*80000 bytes.*argument.*variable/);
    expectClose(compile(large(16_384))(given), compileEager(large(16_384), given), 16);
    const zeros = (x: tf.Tensor) => tf.add(x, tf.sum(tf.zeros([1000, 1000])));
    expectClose(compile(zeros)(given), given);
  });

  test("what is no tensor", () => {
    const given = x();
    const returning = (result: unknown) => compile((() => result) as unknown as F);
    expectRefused(() => returning(3)(given), /must return a tensor or a list of them, got number/);
    expectRefused(() => returning(undefined)(given), /got undefined/);
    expectRefused(() => returning([])(given), /got an empty list/);
    expectRefused(() => returning(Promise.resolve(1))(given), /got a promise/);
  });

  test("one compiled function inside another, called before or not", () => {
    const given = x();
    const inner = compile((x: tf.Tensor) => tf.square(x));
    const outer = () => compile((x: tf.Tensor) => tf.add(inner(x), 1));
    expectRefused(() => outer()(given), /called inside another; compile the outer one only/);
    inner(given).dispose();
    expectRefused(() => outer()(given), /called inside another; compile the outer one only/);
    inner.dispose();
  });

  test("a compiled function inside a gradient, which it would silently cut off", () => {
    const given = x();
    const inner = compile((x: tf.Tensor) => tf.square(x));
    const gradient = tf.grad((x) => tf.add(inner(x), x));
    expect(() => gradient(given)).toThrow(/inside a gradient.*compile the function that computes the gradient/);
    inner(given).dispose();
    expect(() => gradient(given)).toThrow(/inside a gradient/);
    expectClose(compile((x: tf.Tensor) => tf.grad((y) => tf.add(tf.square(y), y))(x))(given), [3, 5, 7]);
    inner.dispose();
    expectWorks();
  });

  test("the function's own error comes through as it is", () => {
    const given = x();
    const before = tf.memory().numTensors;
    const failing = compile((x: tf.Tensor) => {
      tf.grad((y) => {
        if (tf.exp(y).size === 3) throw new RangeError("of its own");
        return y;
      })(x);
      return x;
    });
    expect(() => failing(given)).toThrow(RangeError);
    expect(tf.memory().numTensors).toBe(before);
    expect(isCapturing()).toBe(false);
    expectWorks();
  });

  test("an assignment to a variable", () => {
    const [given, w] = [x(), tf.variable(tf.scalar(1))];
    const counting = compile(
      (x: tf.Tensor) => {
        w.assign(tf.add(w, 1));
        return tf.mul(x, w);
      },
      { variables: [w] },
    );
    expectRefused(() => counting(given), /assign/);
    expectClose(w, [1]);
    w.dispose();
  });

  test("isCapturing tells while the function is called, and only then", () => {
    const seen: boolean[] = [];
    const compiled = compile((x: tf.Tensor) => {
      seen.push(isCapturing());
      return tf.neg(x);
    });
    compiled(x());
    compiled(x());
    expect(seen).toEqual([true]); // called once for one shape
    compiled(tf.zeros([4]));
    expect(seen).toEqual([true, true]);
    expect(isCapturing()).toBe(false);
  });

  test("operations that no output needs are left out", () => {
    const wasteful = compile((x: tf.Tensor1D) => {
      tf.multinomial; // not called
      tf.matMul(uniformInside(x), tf.ones([3, 3]));
      return tf.neg(x);
    });
    expectClose(wasteful(x()), [-1, -2, -3]);
  });
});

const uniformInside = (x: tf.Tensor1D) => tf.reshape(x, [1, 3]) as tf.Tensor2D;
const compileEager = (f: (x: tf.Tensor) => tf.Tensor, given: tf.Tensor) => f(given);

onNative("capturing", () => {
  test("a kernel's own gradient, second derivatives and custom gradients are recorded", () => {
    const cubed = tf.customGrad((x, save) => {
      (save as tf.GradSaveFunc)([x as tf.Tensor]);
      return {
        value: tf.pow(x as tf.Tensor, 3),
        gradFunc: (dy, [saved]) => tf.mul(dy, tf.mul(100, saved as tf.Tensor)),
      };
    });
    const second = (x: tf.Tensor) => tf.grad((y) => tf.grad((z) => tf.mul(z, tf.square(z)))(y))(x);
    const given = uniform([4], 1);
    expectClose(compile((x: tf.Tensor) => tf.grad((y) => cubed(y) as tf.Tensor)(x))(given), tf.mul(given, 100), 1e-5);
    expectClose(compile(second)(given), tf.mul(given, 6), 1e-5);
  });
});

test.each(["cpu", "wasm"])(
  "on %s, which has no graphs, the error says so and the function still runs uncompiled",
  (engine) => {
    const [name, message, step, after] = inChild(
      `
    const x = tf.tensor1d([1, 2, 3]), w = tf.variable(tf.scalar(2));
    const messages = [() => compile((x) => tf.mul(x, 2))(x),
      () => trainStep((x) => tf.mul(x, w), { variables: [w], optimizer: new rnn.AdamOptimizer() })(x)].map((call) => {
      try { call(); return "nothing"; } catch (error) { return error.constructor.name + " " + error.message; }
    });
    print([messages[0].split(" ")[0], messages[0], messages[1], Array.from(tf.mul(x, 2).dataSync())]);`,
      { UNROLL_ENGINE: engine },
    ) as [string, string, string, number[]];
    expect(name).toBe("CompileError");
    expect(message).toMatch(new RegExp(`needs the native engine, and ${engine} is in use; run without compiling`));
    expect(step).toMatch(/CompileError compile: needs the native engine/);
    expect(after).toEqual([2, 4, 6]);
  },
);
