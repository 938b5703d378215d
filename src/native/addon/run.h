// Runs of prepared calls, at once or on a thread of the pool.
#pragma once

#include "addon.h"

namespace unroll {

// Lets runs on other threads bring their results to this environment.
void StartDelivery(Env& env);

}  // namespace unroll
