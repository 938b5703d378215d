import { DataError } from "../../errors";
import type { SafetensorsDtype } from "../safetensors/dtypes";

/** TensorFlow's types of values (types.proto), by their numbers. */
const NAMES = [
  ..."INVALID FLOAT DOUBLE INT32 UINT8 INT16 INT8 STRING COMPLEX64 INT64 BOOL QINT8 QUINT8 QINT32 BFLOAT16".split(" "),
  ..."QINT16 QUINT16 UINT16 COMPLEX128 HALF RESOURCE VARIANT UINT32 UINT64".split(" "),
];

/** Those that become arrays, as safetensors calls them. */
export type ReadableDtype = Extract<SafetensorsDtype, "F64" | "F32" | "F16" | "BF16" | "I64" | "I32" | "U8" | "BOOL">;

const READABLE: Readonly<Record<string, ReadableDtype>> = {
  FLOAT: "F32",
  DOUBLE: "F64",
  HALF: "F16",
  BFLOAT16: "BF16",
  INT32: "I32",
  INT64: "I64",
  UINT8: "U8",
  BOOL: "BOOL",
};

export const READABLE_NAMES = Object.keys(READABLE).map((name) => `DT_${name}`);

/** TensorFlow's name of a type: DT_FLOAT. */
export const dtypeName = (number: number): string => `DT_${NAMES[number] ?? number}`;

/** How the values of a type are stored; undefined for one that is no array of ours. */
export const readableDtype = (number: number): ReadableDtype | undefined => READABLE[NAMES[number] ?? ""];

/** How the values of a type are stored. @throws DataError for a type that is no array of ours */
export function checkReadable(number: number, file: string, field: string): ReadableDtype {
  const kind = readableDtype(number);
  if (kind !== undefined) return kind;
  throw new DataError(file, `${field} type`, `one of ${READABLE_NAMES.join(", ")}`, dtypeName(number));
}
