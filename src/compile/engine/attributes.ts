/**
 * The kinds of attributes that we use, by TensorFlow's numbers of them (`TF_AttrType` in its C API). This is the only table
 * of kinds.
 */
export const ATTRIBUTE_KINDS = { STRING: 0, INT: 1, FLOAT: 2, BOOL: 3, TYPE: 4, SHAPE: 5 } as const;

/** What an attribute of each kind holds. A TYPE is TensorFlow's number of a dtype. */
interface Values {
  STRING: string;
  INT: number | readonly number[];
  FLOAT: number;
  BOOL: boolean;
  TYPE: number;
  SHAPE: readonly number[];
}

/** An attribute of a native operation, as TensorFlow.js's kernels give it. */
export interface Attribute {
  readonly name: string;
  /** Which kind of value: one of `ATTRIBUTE_KINDS`. */
  readonly type: number;
  readonly value: Values[keyof Values];
}

export const attribute = <Kind extends keyof Values>(name: string, kind: Kind, value: Values[Kind]): Attribute => ({
  name,
  type: ATTRIBUTE_KINDS[kind],
  value,
});
