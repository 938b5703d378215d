import type { PlanFault } from "./addon";
import { nativeAddon, needAddon } from "./load";

/** A plan: two lists of instructions over an arena of words, which hold float32 or int32. */
export interface NativePlan {
  /** The words, as float32. The instructions read and write this memory itself. */
  readonly arena: Float32Array;
  /** Runs the first list. @returns a look-up that failed; the list ended there */
  runOnce(): PlanFault | undefined;
  /** Runs the second list. */
  run(): PlanFault | undefined;
}

/** Whether plans can be made here: the addon is loaded. */
export const hasPlans = (): boolean => nativeAddon() !== undefined;

/**
 * Makes a plan. src/native/kernels/plan.h says what instructions are.
 *
 * @param once instructions, 16 numbers each   @param each the same   @param words of the arena; they are 0 at first
 * @throws NativeError for an unknown instruction, or one that reaches outside the arena
 */
export function preparePlan(once: Int32Array, each: Int32Array, words: number): NativePlan {
  const [runOnce, run, arena] = needAddon().preparePlan(once, each, words);
  return { arena, runOnce, run };
}

/** The levels of kernels that the processor has, fastest first: "avx512", "avx2", "portable". */
export const kernelLevels = (): string[] => needAddon().kernelLevels();

/** Makes all plans of this process use the kernels of a level. For tests. */
export const useKernels = (level: string): void => needAddon().useKernels(level);
