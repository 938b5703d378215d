import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inChild, onNative } from "../support";

const ROOT = join(__dirname, "../../..");
const SETUP = `
  const tf = require("./src/tf.ts");
  const { trainStep } = require("./src/compile/index.ts");
  const { GradientDescentOptimizer } = require("./src/rnn/index.ts");
  const w = tf.variable(tf.ones([700, 700]));
  const loss = (x) => {
    let product = x;
    for (let i = 0; i < 30; i++) product = tf.mul(tf.matMul(product, w), 1 / 700);
    return tf.mean(product, 1);
  };
  const step = trainStep(loss, { variables: [w], optimizer: new GradientDescentOptimizer({ learningRate: 1 }) });
  const x = tf.ones([700, 700]);
  step(x);
  console.log("running");
  const running = step.callAsync(x);`;

/** Ends a process during a step. @returns its exit code, the signal, and what it wrote to stderr */
function ended(script: string, signal?: NodeJS.Signals): Promise<[number | null, string | null, string]> {
  const args = ["-r", join(__dirname, "../typescript.cjs"), "-e", SETUP + script];
  const child = spawn(process.execPath, args, { cwd: ROOT });
  let errors = "";
  child.stderr.on("data", (data) => {
    errors += data;
  });
  child.stdout.on("data", (data) => {
    if (signal !== undefined && String(data).includes("running")) child.kill(signal);
  });
  return new Promise((resolve) => {
    child.on("close", (code, by) => resolve([code, by, errors]));
  });
}

onNative("a process that ends during step.callAsync(x)", () => {
  test("by process.exit(3): exits with 3, without a crash or a word on stderr", async () => {
    expect(await ended("setTimeout(() => process.exit(3), 5);")).toEqual([3, null, ""]);
  });

  test("by Ctrl-C: ends by the signal, as any process", async () => {
    expect(await ended("", "SIGINT")).toEqual([null, "SIGINT", ""]);
  });

  test("by an uncaught error: exits with 1", async () => {
    const [code, signal, errors] = await ended('setTimeout(() => { throw new Error("mine"); }, 5);');
    expect([code, signal]).toEqual([1, null]);
    expect(errors).toContain("Error: mine");
  });

  test("by having nothing else to do: the step ends first", async () => {
    const [code] = await ended("running.then((loss) => process.exit(loss === undefined ? 1 : 7));");
    expect(code).toBe(7);
  });
});

onNative("memory", () => {
  test("10,000 calls that fail, half of them on another thread, leave nothing behind", () => {
    const grown = inChild(`
      const table = tf.variable(tf.ones([50, 4]));
      const look = compile((x, ids) => tf.add(tf.gather(table, ids), tf.sum(x)), { variables: [table] });
      const x = tf.ones([100, 100]); // 40 KB: 10,000 calls that leak it would take 400 MB
      const wrong = tf.tensor1d([60], "int32");
      look(x, tf.tensor1d([1], "int32")).dispose();
      let refused = 0;
      const some = async (count) => {
        for (let i = 0; i < count; i++) {
          const before = tf.tidy(() => tf.add(x, 1)); // a native tensor of its own for each call
          try { i % 2 ? look(before, wrong) : await look.callAsync(before, wrong); } catch { refused++; }
          before.dispose();
        }
      };
      await some(500);
      gc();
      const start = process.memoryUsage().rss;
      await some(10_000);
      gc();
      if (refused !== 10_500) throw new Error("refused " + refused);
      print((process.memoryUsage().rss - start) / 2 ** 20);
    `);
    expect(grown).toBeLessThan(40);
  });
});

onNative("two worker threads", () => {
  test("each compile and train; the numbers are the main thread's", () => {
    const found = inChild(`
      const { Worker } = require("node:worker_threads");
      const source = \`
        require(${JSON.stringify(join(__dirname, "../typescript.cjs"))});
        const tf = require("./src/tf.ts");
        const { trainStep } = require("./src/compile/index.ts");
        const { GradientDescentOptimizer } = require("./src/rnn/index.ts");
        const w = tf.variable(tf.tensor1d([1, 2]));
        const step = trainStep((x) => tf.sum(tf.mul(x, w), 1), { variables: [w], optimizer: new GradientDescentOptimizer({ learningRate: 0.1 }) });
        (async () => {
          const losses = [];
          for (let i = 0; i < 20; i++) losses.push(i % 2 ? step(tf.ones([4, 2])) : await step.callAsync(tf.ones([4, 2])));
          require("node:worker_threads").parentPort.postMessage(losses);
        })();
      \`;
      const run = () => new Promise((resolve, reject) => {
        const worker = new Worker(source, { eval: true });
        worker.on("message", resolve);
        worker.on("error", reject);
      });
      print(await Promise.all([run(), run()]));
    `) as number[][];
    expect(found[0]).toEqual(found[1]);
    expect(found[0]?.[0]).toBe(3);
    expect(found[0]?.[19]).toBeCloseTo(3 - 19 * 0.2, 4);
  });
});
