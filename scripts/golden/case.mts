/** A golden case, as test/golden/tf1 keeps it: a cell, what goes in, and what TensorFlow 1.x made of it. */
export interface Case {
  readonly cell: string;
  readonly variant: string;
  readonly batch: number;
  readonly inputs: number;
  readonly units: number;
  readonly x: number[][][];
  readonly sequence_length: number[] | null;
  readonly initial_state: number[][][] | null;
  readonly variables: Readonly<Record<string, Numbers>>;
  readonly loss_is: string;
  readonly output_weights: readonly Numbers[];
  readonly state_weights: readonly Numbers[];
  readonly outputs: readonly Numbers[];
  readonly states: readonly Numbers[];
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Numbers>>;
  readonly activation?: string;
  readonly forget_bias?: number;
  readonly use_peepholes?: boolean;
  readonly num_proj?: number;
  readonly cell_clip?: number;
  readonly proj_clip?: number;
  readonly cells?: readonly string[];
}

/** Nested lists of numbers. */
export type Numbers = readonly (number | Numbers)[];
