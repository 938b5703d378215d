import type { NumericArray } from "../../array";
import { DataError } from "../../errors";
import { errorCode } from "../../files/data-file";
import { decode } from "../safetensors/dtypes";

/** An array of an HDF5 file. Its values are read when they are asked for, while the file is open. */
export interface StoredArray {
  /** Where it stands: "layers/lstm/cell/vars/0". */
  readonly path: string;
  /** What its values are, where they do not become an array of ours: "16-bit floats". */
  readonly foreign?: string;
  readonly read: () => NumericArray;
}

/** What an HDF5 file holds. */
export interface Hdf5 {
  readonly arrays: readonly StoredArray[];
  /** The names of the groups and of the arrays. */
  readonly paths: readonly string[];
  /** A text that belongs to a group; undefined where there is none of that name. */
  readonly attribute: (path: string, name: string) => string | undefined;
}

/**
 * Opens an HDF5 file with h5wasm, which is the HDF5 library itself compiled to WebAssembly, and closes it after `use`. h5wasm is
 * loaded at the first file: programs without such files need not load it.
 *
 * @param name the file's name in errors
 * @throws DataError when the file cannot be read as HDF5: the library finds a file that is cut, and most damages of its structure
 */
export async function withHdf5<T>(path: string, name: string, use: (file: Hdf5) => T): Promise<T> {
  const { File, Group, Dataset, ready } = await import("h5wasm/node"); // an ES module: `require` cannot load it
  const library = await ready;
  const { result, error, report } = withReport(library.FS as unknown as StandardError, () => {
    const file = new File(path, "r");
    if (file.file_id < 0) return undefined; // the report says why
    try {
      const paths = file.paths();
      const entities = paths.map((each) => {
        const entity = file.get(each);
        if (entity === null) throw new DataError(name, each, "a group, an array or a link (damaged)", "nothing");
        return entity;
      });
      const groups = new Map(paths.map((each, i) => [each, entities[i]]));
      const arrays = entities.flatMap((entity, i) => {
        if (!(entity instanceof Dataset)) return [];
        const at = paths[i] as string;
        const foreign = foreignKind(entity.metadata);
        const read = () => arrayOf(entity.value, entity.shape ?? [], name, at);
        return [{ path: at, read, ...(foreign !== undefined && { foreign }) }];
      });
      const attribute = (at: string, key: string): string | undefined => {
        const group = at === "" ? file : groups.get(at);
        const value = group instanceof Group ? group.attrs[key]?.value : undefined;
        return value === undefined || value === null ? undefined : String(value);
      };
      return { value: use({ arrays, paths, attribute }) };
    } finally {
      file.close();
    }
  });
  if (report === "" && error === undefined && result !== undefined) return result.value;
  if (report === "" && error instanceof DataError) throw error;
  throw new DataError(name, "content", "an HDF5 file, whole", report === "" ? errorCode(error) : reasonOf(report));
}

/** The part of the library's file system through which it prints. */
interface StandardError {
  write: (
    stream: { readonly fd: number },
    bytes: Uint8Array,
    offset: number,
    length: number,
    ...rest: unknown[]
  ) => number;
}

/**
 * Runs a function, and collects what the library prints to standard error meanwhile: a report of each thing that goes wrong. h5wasm
 * tells nothing else of most of them, and answers with a part of the truth. (Its `activate_throwing_error_handler` leaves the
 * library in a state in which it cannot read the next file.)
 */
function withReport<T>(system: StandardError, run: () => T): { result: T | undefined; error: unknown; report: string } {
  const { write } = system;
  const parts: string[] = [];
  system.write = (stream, bytes, offset, length, ...rest) => {
    if (stream.fd !== 2) return write.call(system, stream, bytes, offset, length, ...rest);
    parts.push(Buffer.from(bytes.slice(offset, offset + length)).toString());
    return length;
  };
  try {
    return { result: run(), error: undefined, report: parts.join("") };
  } catch (error) {
    return { result: undefined, error, report: parts.join("") };
  } finally {
    system.write = write;
  }
}

interface Metadata {
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
  readonly shape: readonly number[] | null;
}

const [INTEGER, FLOAT, ENUM] = [0, 1, 8]; // H5T_class_t

function foreignKind({ type, size, signed, shape }: Metadata): string | undefined {
  if (shape === null) return "no values";
  const bits = 8 * size;
  if (type === FLOAT) return size === 4 || size === 8 ? undefined : `${bits}-bit floats`;
  if (type === INTEGER) {
    const isOurs = signed ? size === 4 || size === 8 : size === 1;
    return isOurs ? undefined : `${signed ? "" : "unsigned "}${bits}-bit integers`;
  }
  return type === ENUM && size === 1 ? undefined : "no numbers";
}

/** Values as h5wasm gives them. @throws DataError for a value that the array cannot hold */
function arrayOf(value: unknown, shape: readonly number[], file: string, path: string): NumericArray {
  const values = typeof value === "number" ? Float64Array.of(value) : typeof value === "bigint" ? [value] : value;
  const wide = Array.isArray(values) ? BigInt64Array.from(values as bigint[]) : values;
  if (values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array) {
    return { data: values, shape: [...shape] };
  }
  if (values instanceof Int8Array) return { data: Uint8Array.from(values), shape: [...shape] }; // false and true
  if (wide instanceof Float64Array || wide instanceof BigInt64Array) {
    const bytes = new Uint8Array(wide.buffer, wide.byteOffset, wide.byteLength);
    const dtype = wide instanceof Float64Array ? "F64" : "I64"; // as readSafetensors makes arrays of them
    return { data: decode(bytes, dtype, file, path), shape: [...shape] };
  }
  throw new DataError(file, path, "numbers", typeof value);
}

/** What is wrong, from the library's report: its deepest line, `  #004: file line 1 in function(): reason`. */
function reasonOf(report: string): string {
  const [, first = report] = report.split("HDF5-DIAG");
  const reason = first
    .split("\n")
    .filter((line) => /^\s+#\d+: /.test(line))
    .at(-1);
  return reason?.replace(/^.*?\(\): /, "") ?? first.trim().slice(0, 200);
}
