import type { NumericArray } from "../../array";
import { DataError } from "../../errors";
import { openFile } from "../../files/random-access";
import { fieldsOf, messagesOf, numberOf, shapeOf } from "./message";
import type { Slice } from "./slices";
import { joined, type StoredTensor, type StoredTensors, sizeOf, sliceOf } from "./stored-tensor";
import { tableEntries } from "./table";
import { valuesOf } from "./tensor-proto";

/** A SavedSlice: a piece of a tensor, or all of it, and the TensorProto with its values. */
interface Piece {
  readonly slice: Slice;
  readonly values: Uint8Array;
}

/**
 * Opens a checkpoint in the form of TensorFlow's Saver before version 0.12, and since then with `write_version=V1`
 * (saved_tensor_slice.proto): the file itself, or one for each shard, is a table of the tensors' values.
 *
 * @throws DataError for a damaged file
 */
export async function openTables(paths: readonly string[]): Promise<StoredTensors> {
  const known = new Map<string, Omit<StoredTensor, "read">>();
  const pieces = new Map<string, Piece[]>();
  for (const path of paths) await readTable(path, known, pieces);
  const where = paths[0] as string;
  const readTensor = (name: string, tensor: Omit<StoredTensor, "read">): Promise<NumericArray> => {
    const field = `tensor ${name}`;
    const own = pieces.get(name) ?? [];
    const pieceOf = async (slice: Slice, shape: readonly number[]): Promise<NumericArray> => {
      const piece = own.find((each) => each.slice === slice) as Piece;
      const data = valuesOf(piece.values, tensor.dtype, sizeOf(shape), where, field);
      return { data, shape: [...shape] };
    };
    const slices = own.map(({ slice }) => slice);
    return joined(tensor, slices, pieceOf, where, field);
  };
  const tensors = new Map<string, StoredTensor>();
  for (const [name, tensor] of known) tensors.set(name, { ...tensor, read: () => readTensor(name, tensor) });
  return { tensors, close: async () => {} };
}

async function readTable(
  path: string,
  known: Map<string, Omit<StoredTensor, "read">>,
  pieces: Map<string, Piece[]>,
): Promise<void> {
  const file = await openFile(path);
  const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();
  try {
    for await (const { value } of tableEntries(file)) {
      const fields = fieldsOf(value, path, "entry");
      for (const meta of messagesOf(fields, 1)) {
        for (const tensor of messagesOf(fieldsOf(meta, path, "header"), 1)) {
          const own = fieldsOf(tensor, path, "header");
          const name = text(messagesOf(own, 1)[0]);
          const shape = shapeOf(messagesOf(own, 2)[0], path, `tensor ${name}`);
          known.set(name, { dtype: numberOf(own, 3), shape });
        }
      }
      for (const data of messagesOf(fields, 2)) {
        const own = fieldsOf(data, path, "entry");
        const name = text(messagesOf(own, 1)[0]);
        const [slice, values] = [messagesOf(own, 2)[0], messagesOf(own, 3)[0]];
        if (values === undefined) throw new DataError(path, `tensor ${name}`, "values", "none");
        const piece = { slice: slice === undefined ? [] : sliceOf(slice, path, `tensor ${name}`), values };
        pieces.set(name, [...(pieces.get(name) ?? []), piece]);
      }
    }
  } finally {
    await file.close();
  }
}
