export function runCase(
  rnn: object,
  tf: object,
  spec: object,
): Record<"outputs" | "states" | "loss" | "gradients", number>;
