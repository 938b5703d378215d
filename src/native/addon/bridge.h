// Tensors between tfjs-node's eager engine and ours.
#pragma once

namespace unroll {

// Registers the operations, once a process, and lets this thread use them.
void OpenBridge();

}  // namespace unroll
