/** A text as tokens on the disk, in three parts: 90 % to train, 5 % to validate, 5 % to test, in the text's order. */
import type { TokenFile } from "unroll/data";
import type { Settings } from "../config.mts";

const N_STEPS = 100;
const QUICK = 256; // windows
const MOST_TESTED = 1_000_000; // tokens

/** @throws Error where the text is too short for windows in each part */
export function partsOf(file: TokenFile, { batchSize, quick }: Pick<Settings, "batchSize" | "quick">) {
  const [a, b] = [Math.floor(file.length * 0.9), Math.floor(file.length * 0.95)];
  const least = (N_STEPS + 1) * 20;
  if (b - a <= N_STEPS || file.length - b <= N_STEPS) {
    throw new Error(
      `expected a text of at least ${least} tokens, windows of ${N_STEPS} in each part, got ${file.length}`,
    );
  }
  const streamsOf = (begin: number, end: number) => {
    const windows = Math.min(Math.floor((end - begin - 1) / N_STEPS), quick ? QUICK : Infinity);
    const part = file.slice(begin, begin + windows * N_STEPS + 1);
    return part.streams({ batchSize: Math.min(batchSize, windows), nSteps: N_STEPS, targets: "next" });
  };
  return {
    training: streamsOf(0, a),
    validation: streamsOf(a, b),
    test: file.slice(Math.max(b, file.length - (quick ? QUICK * N_STEPS : MOST_TESTED))),
  };
}
