// What ends while a run is in flight: a process, a worker thread.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { onAddon } from "./support";

const ROOT = join(__dirname, "../..");

/** Runs a script with the sources as `native` and `support`, in a process of its own. */
function inChild(script: string, env: NodeJS.ProcessEnv = {}) {
  const preamble = `
    const tf = require(${JSON.stringify(join(ROOT, "src/tf.ts"))});
    const native = require(${JSON.stringify(join(ROOT, "src/native/index.ts"))});
    const { endless, graph, wait } = require(${JSON.stringify(join(ROOT, "test/native/child.cjs"))});
    const main = async () => { ${script} };
    main();`;
  const args = ["-r", join(ROOT, "test/compile/typescript.cjs"), "-e", preamble];
  const started = Date.now();
  const child = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, ...env },
    timeout: 120_000,
  });
  return { ...child, seconds: (Date.now() - started) / 1000 };
}

onAddon("a run in flight", () => {
  test("does not keep process.exit from ending the process with its code", () => {
    const { status, signal, stderr } = inChild(
      `void endless().catch(() => {}); void endless().catch(() => {}); await wait(100); process.exit(7);`,
    );
    expect([status, signal, stderr]).toEqual([7, null, ""]);
  });

  test("does not change how a process ends that throws", () => {
    const { status, signal, stderr } = inChild(
      `void endless().catch(() => {}); await wait(100); throw new Error("mine");`,
    );
    expect([status, signal]).toEqual([1, null]);
    expect(stderr).toMatch(/Error: mine/);
  });

  test("keeps Node alive until it has ended, and no longer", () => {
    const { status, signal, stdout } = inChild(
      `void endless(native.runOptions({ timeoutMs: 300 })).catch((error) => console.log(error.code));`,
    );
    expect([status, signal, stdout.trim()]).toEqual([0, null, "DEADLINE_EXCEEDED"]);
  });

  test("is cancelled when its worker thread is terminated; the main thread goes on, also with what crosses to tfjs-node", () => {
    const worker = `
      const { parentPort } = require("node:worker_threads");
      require(${JSON.stringify(join(ROOT, "test/compile/typescript.cjs"))});
      require(${JSON.stringify(join(ROOT, "src/tf.ts"))});
      const { endless } = require(${JSON.stringify(join(ROOT, "test/native/child.cjs"))});
      void endless().catch(() => {});
      setTimeout(() => parentPort.postMessage("running"), 100);`;
    const { status, signal, stdout, stderr } = inChild(`
      const { Worker } = require("node:worker_threads");
      for (let i = 0; i < 3; i++) {
        const worker = new Worker(${JSON.stringify(worker)}, { eval: true });
        await new Promise((resolve, reject) => { worker.once("message", resolve); worker.once("error", reject); });
        await worker.terminate();
      }
      const { binding } = tf.backend();
      const [tensor] = native.takeFromEager(binding, tf.backend().getInputTensorIds([tf.tensor1d([1, 2])]), 1);
      const [{ id }] = native.giveToEager(binding, [tensor]);
      console.log(binding.tensorDataSync(id).join());`);
    expect([status, signal, stdout.trim()], stderr).toEqual([0, null, "1,2"]);
  });

  test("two worker threads and the main thread compute side by side, each in a session of its own", () => {
    const worker = `
      const { parentPort, workerData } = require("node:worker_threads");
      require(${JSON.stringify(join(ROOT, "test/compile/typescript.cjs"))});
      require(${JSON.stringify(join(ROOT, "src/tf.ts"))});
      const { squares } = require(${JSON.stringify(join(ROOT, "test/native/child.cjs"))});
      squares(workerData).then((sum) => parentPort.postMessage(sum));`;
    const { status, signal, stdout, stderr } = inChild(`
      const { Worker } = require("node:worker_threads");
      const { squares } = require(${JSON.stringify(join(ROOT, "test/native/child.cjs"))});
      const inWorker = (workerData) => new Promise((resolve, reject) => {
        const worker = new Worker(${JSON.stringify(worker)}, { eval: true, workerData });
        worker.once("message", resolve); worker.once("error", reject);
      });
      console.log((await Promise.all([inWorker(2), inWorker(3), squares(4)])).join());`);
    expect([status, signal, stdout.trim()], stderr).toEqual([0, null, "800,1800,3200"]);
  });
});

onAddon("threads", () => {
  test.runIf(process.platform === "linux")(
    "operations have one thread each, eager ones too, unless the user says otherwise",
    () => {
      const script = `
      tf.tidy(() => tf.matMul(tf.ones([9, 9]), tf.ones([9, 9])).dataSync());
      new native.Session(new Uint8Array()).close();
      console.log(require("node:fs").readdirSync("/proc/self/task").length);`;
      const count = (threads?: string) => Number(inChild(script, { TF_NUM_INTRAOP_THREADS: threads }).stdout);
      const one = count("1");
      expect([count(), count("7")]).toEqual([one, one + 6]);
    },
  );
});

test("UNROLL_NATIVE=off refuses the addon, and everything else goes on", () => {
  const { status, stdout, stderr } = inChild(
    `console.log(native.nativeAddon(), native.nativeProblem(), tf.ones([2]).dataSync().join());
     try { new native.Session(new Uint8Array()); } catch (error) { console.log(error.name, error.code); }`,
    { UNROLL_NATIVE: "off" },
  );
  expect([status, stdout.trim().split("\n")], stderr).toEqual([
    0,
    ["undefined UNROLL_NATIVE=off refuses it 1,1", "NativeError UNAVAILABLE"],
  ]);
});
