/** The instructions of a plan, by the numbers that src/native/kernels/plan.h gives them, with their operands in order. */

/** A run of words of the arena. Values that are parts of another value share its buffer. */
export interface Buffer {
  /** Tells it from the plan's other buffers. */
  readonly id: number;
  readonly words: number;
  /** Whether the buffer keeps its words for itself: what comes in or goes out, and what calls do not compute anew. */
  readonly isKept: boolean;
  /** Whether its values change only with the variables that calls do not write. */
  readonly isSteady: boolean;
}

/** Where a value lies. Its elements, float32 or int32, lie side by side. */
export interface Place {
  readonly buffer: Buffer;
  /** The word of the buffer that it begins at. */
  readonly offset: number;
}

/** Operands are whole numbers or places. */
export interface Instruction {
  readonly code: number;
  readonly operands: readonly (number | Place)[];
}

export const CODES = {
  COPY: 0,
  MATMUL: 1,
  UNARY: 2,
  BINARY: 3,
  SOFTMAX: 4,
  REDUCE: 5,
  LSTM: 6,
  GATHER: 7,
  ARGMAX: 8,
  ONE_HOT: 9,
  TO_FLOAT: 10,
  TO_INT: 11,
} as const;

/** An operand in the place of a place that there is none of. */
export const NONE = -1;

/** Functions of one element, by TensorFlow's names. */
export const UNARY: Readonly<Record<string, number>> = {
  Neg: 0,
  Tanh: 1,
  Sigmoid: 2,
  Relu: 3,
  Relu6: 4,
  Elu: 5,
  Selu: 6,
  Softplus: 7,
  Exp: 8,
  Log: 9,
  Sqrt: 10,
  Rsqrt: 11,
  Square: 12,
  Abs: 13,
};

/** Functions of two elements. */
export const BINARY: Readonly<Record<string, number>> = {
  Add: 0,
  AddV2: 0,
  Sub: 1,
  Mul: 2,
  RealDiv: 3,
  Div: 3,
  Maximum: 4,
  Minimum: 5,
};

export const REDUCE: Readonly<Record<string, number>> = { Sum: 0, Mean: 1, Max: 2, Min: 3 };

/** The bits of a float32 as the whole number that an operand is. */
export const floatBits = (value: number): number => new Int32Array(Float32Array.of(value).buffer)[0] as number;

/** Tells a place from the plan's other places. */
export const keyOf = ({ buffer, offset }: Place): string => `${buffer.id}+${offset}`;

/** A part of a place. */
export const from = ({ buffer, offset }: Place, words: number): Place => ({ buffer, offset: offset + words });
