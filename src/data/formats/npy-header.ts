import { checkBytes, DataError } from "../errors";
import type { SafetensorsDtype } from "./safetensors/dtypes";

/** NumPy's names of the dtypes that can be read, without the byte order, and the same dtype's name in safetensors. */
const DTYPES: Readonly<Record<string, SafetensorsDtype>> = {
  f2: "F16",
  f4: "F32",
  f8: "F64",
  i1: "I8",
  i2: "I16",
  i4: "I32",
  i8: "I64",
  u1: "U8",
  u2: "U16",
  u4: "U32",
  u8: "U64",
  b1: "BOOL",
};

/** What the header of a `.npy` file says. */
export interface NpyHeader {
  readonly dtype: SafetensorsDtype;
  /** Whether the bytes of a value are in the order of large machines of old. */
  readonly isBigEndian: boolean;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly begin: number;
}

const MAGIC = "\x93NUMPY";
/** NumPy refuses longer ones too. */
const LONGEST = 10_000;
/** The bytes of a file among which its header is, if it has one. */
export const MOST_HEADER_BYTES = LONGEST + 12;

/** Reads the header of a `.npy` file. @throws DataError naming the part that is wrong */
export function readNpyHeader(bytes: Uint8Array, file: string): NpyHeader {
  checkBytes(file, bytes);
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (head.toString("latin1", 0, 6) !== MAGIC) {
    throw new DataError(
      file,
      "first bytes",
      "\\x93NUMPY, of a .npy file",
      JSON.stringify(head.toString("latin1", 0, 6)),
    );
  }
  const version = `${head[6]}.${head[7]}`;
  if (!["1.0", "2.0", "3.0"].includes(version)) throw new DataError(file, "version", "1.0, 2.0 or 3.0", version);
  const from = version === "1.0" ? 10 : 12;
  if (head.length < from) throw new DataError(file, "size", `at least ${from} bytes`, String(head.length));
  const length = version === "1.0" ? head.readUInt16LE(8) : head.readUInt32LE(8);
  if (length > LONGEST) throw new DataError(file, "header", `at most ${LONGEST} bytes`, String(length));
  if (head.length < from + length) {
    throw new DataError(file, "size", `at least ${from + length} bytes, the header's end`, String(head.length));
  }
  const text = head.toString(version === "3.0" ? "utf8" : "latin1", from, from + length);
  const { descr = "", fortran_order: order = "", shape = "" } = partsOf(text, file);
  if (order !== "True" && order !== "False") throw new DataError(file, "fortran_order", "True or False", order);
  return { ...dtypeOf(descr, file), isFortran: order === "True", shape: shapeOf(shape, file), begin: from + length };
}

const KEYS = ["descr", "fortran_order", "shape"];

/** A key, then a string, a list (of a structured dtype), a tuple or a word: the values that such a header has. */
const PART = /\s*['"](\w+)['"]\s*:\s*('[^']*'|"[^"]*"|\([^()]*\)|\[.*\]|\w+)\s*(,|$)/y;

/** The parts of Python's `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }`, by key. */
function partsOf(text: string, file: string): Record<string, string> {
  const inner = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1] ?? "";
  const parts: Record<string, string> = {};
  PART.lastIndex = 0;
  while (inner.slice(PART.lastIndex).trim() !== "") {
    const [, key = "", value = ""] = PART.exec(inner) ?? [];
    if (!KEYS.includes(key) || key in parts) throw wrongHeader(text, file);
    parts[key] = value;
  }
  if (Object.keys(parts).length !== KEYS.length) throw wrongHeader(text, file);
  return parts;
}

const wrongHeader = (text: string, file: string) =>
  new DataError(file, "header", `{ ${KEYS.join(", ")} }, each once`, JSON.stringify(text.trim().slice(0, 120)));

function dtypeOf(descr: string, file: string): Pick<NpyHeader, "dtype" | "isBigEndian"> {
  const [, order, name = ""] = /^['"]([<>|=])(\w+)['"]$/.exec(descr) ?? [];
  const dtype = Object.hasOwn(DTYPES, name) ? DTYPES[name] : undefined;
  if (dtype !== undefined) return { dtype, isBigEndian: order === ">" };
  const expected = "float16, float32, float64, an integer or bool ('<f2', '<f4', '<f8', '|i1', '<i2', …, '<u8', '|b1')";
  throw new DataError(file, "dtype", expected, descr.slice(0, 120));
}

/** The sizes of Python's `()`, `(3,)` or `(3, 2)`; Python 2 wrote `(3L, 2L)`. */
function shapeOf(tuple: string, file: string): number[] {
  const inner = /^\(\s*((?:\d+L?\s*,\s*)*\d+L?\s*,?)?\s*\)$/.exec(tuple);
  const sizes = (inner?.[1] ?? "").split(",").filter((size) => size.trim() !== "");
  const shape = sizes.map((size) => Number.parseInt(size, 10));
  const isTuple = sizes.length !== 1 || /,/.test(tuple); // (3) is a number in Python
  if (inner !== null && isTuple && shape.every(Number.isSafeInteger)) return shape;
  throw new DataError(file, "shape", "a tuple of whole numbers from 0 up", tuple.slice(0, 120));
}

/** NumPy leaves room for the first size to grow to so many digits. */
const GROWTH = 21;

/** The bytes before the values, as NumPy writes them: version 1.0, a multiple of 64 bytes. */
export function npyHead(descr: string, shape: readonly number[]): Buffer {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const room = shape.length > 0 ? " ".repeat(GROWTH - String(shape[0]).length) : "";
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }${room}`;
  const length = 64 * Math.ceil((10 + text.length + 1) / 64) - 10;
  const sizes = Buffer.alloc(4);
  sizes.writeUInt8(1, 0);
  sizes.writeUInt16LE(length, 2);
  return Buffer.concat([Buffer.from(MAGIC, "latin1"), sizes, Buffer.from(`${text.padEnd(length - 1)}\n`, "latin1")]);
}
