/**
 * A process that waits, and times compiled steps when it is asked: node timer-child.mjs '{"name", "workload", …}'. It
 * answers once when it is warm, and then to each message, with milliseconds a step.
 */
import { median } from "./median.mts";
import type { Block } from "./timer.mts";
import { unrollStep } from "./unroll-step.mts";

const WARM_UPS = 6;

function isBlock(message: unknown): message is Block {
  return typeof message === "object" && message !== null && "seconds" in message && "least" in message;
}

/** The median of at least `least` steps, over `seconds`. */
function timed(step: () => unknown, { seconds, least }: Block): number {
  const times: number[] = [];
  const begin = performance.now();
  do {
    const start = performance.now();
    step();
    times.push(performance.now() - start);
  } while (times.length < least || performance.now() - begin < 1000 * seconds);
  return median(times);
}

const answer = (ms: number) => process.send?.({ ms });

try {
  const step = await unrollStep(JSON.parse(process.argv[2] ?? "{}"), { eager: false });
  process.on("message", (message) => {
    if (isBlock(message)) answer(timed(step, message));
  });
  answer(timed(step, { seconds: 0, least: WARM_UPS }));
} catch (error) {
  console.error(String(error instanceof Error ? error.message : error).split("\n")[0]);
  process.exit(1); // the channel to the parent would keep it alive
}
