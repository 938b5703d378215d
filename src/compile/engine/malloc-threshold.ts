import { attribute } from "./attributes";
import type { Binding } from "./backend";
import { FLOAT32, INT32 } from "./dtypes";

/** Just below 32 MB, the largest value that glibc raises its threshold to. */
const BYTES = 31 * 2 ** 20;
let isDone = false;

/**
 * Makes the C library keep the memory that a step frees, so that the next step can use it again.
 *
 * glibc returns a freed block above its threshold to the system at once, and also the free end of a heap that is larger
 * than twice the threshold. The next step's pages must then be mapped and cleared again, with one page fault for each 4 KB:
 * for a layer whose gradients take some megabytes that is a tenth of a step. glibc raises the threshold to the size of the
 * largest block that was freed (mallopt(3), M_MMAP_THRESHOLD), so this function allocates a large block, never touches it
 * and frees it. With another C library this has no effect.
 */
export function raiseMallocThreshold(binding: Binding): void {
  if (isDone) return;
  isDone = true;
  const shape = binding.createTensor([1], INT32, Int32Array.of(BYTES / 4));
  const attributes = [attribute("dtype", "TYPE", FLOAT32), attribute("init", "BOOL", false)];
  for (const { id } of binding.executeOp("Empty", attributes, [shape], 1)) binding.deleteTensor(id);
  binding.deleteTensor(shape);
}
