import type { Binding } from "./backend";

/** Just under the most that glibc's threshold grows to, 32 MB. */
const BYTES = 31 * 2 ** 20;
let isDone = false;

/**
 * Has the C library keep the memory that steps free, for the next step to use. glibc gives blocks above a threshold back to
 * the system at once, and what is free at a heap's end when it is twice that; the next step's pages then have to be mapped and
 * cleared anew, one fault each 4 KB: with layers' gradients of some megabytes a tenth of a step. The threshold grows to the
 * largest block that was freed (mallopt(3), M_MMAP_THRESHOLD), so a large one is taken once, untouched, and freed.
 * Elsewhere it changes nothing.
 */
export function raiseMallocThreshold(binding: Binding): void {
  if (isDone) return;
  isDone = true;
  const { TF_FLOAT, TF_INT32, TF_ATTR_TYPE, TF_ATTR_BOOL } = binding;
  const shape = binding.createTensor([1], TF_INT32, Int32Array.of(BYTES / 4));
  const attributes = [
    { name: "dtype", type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: "init", type: TF_ATTR_BOOL, value: false },
  ];
  for (const { id } of binding.executeOp("Empty", attributes, [shape], 1)) binding.deleteTensor(id);
  binding.deleteTensor(shape);
}
