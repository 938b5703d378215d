import { DataError } from "../../errors";
import { bytesOf } from "./bytes-of";

/** A field of a protocol buffer: a number, or the bytes of a text, a message, or a list of numbers. */
export interface Field {
  readonly tag: number;
  readonly number: number;
  readonly bytes: Uint8Array;
}

const NONE = new Uint8Array();

/**
 * The fields of a protocol buffer, in their order (https://protobuf.dev/programming-guides/encoding). Their meaning is the
 * caller's: `tag` is the field's number in the .proto file.
 *
 * @throws DataError for bytes that are none
 */
export function fieldsOf(bytes: Uint8Array, file: string, field: string): Field[] {
  const rest = bytesOf(bytes, file, field);
  const fields: Field[] = [];
  while (!rest.isOver()) {
    const key = rest.varint();
    const [tag, kind] = [Math.floor(key / 8), key & 7];
    if (kind === 0) fields.push({ tag, number: rest.varint(), bytes: NONE });
    else if (kind === 5) fields.push({ tag, number: rest.fixed32(), bytes: NONE });
    else if (kind === 1) fields.push({ tag, number: Number.NaN, bytes: rest.take(8) });
    else if (kind === 2) fields.push({ tag, number: Number.NaN, bytes: rest.take(rest.varint()) });
    else throw new DataError(file, field, "a protocol buffer", `a field of kind ${kind}`);
  }
  return fields;
}

/** The number of the last field with this tag. Default: 0, as protocol buffers leave a 0 out. */
export const numberOf = (fields: readonly Field[], tag: number, otherwise = 0): number =>
  fields.filter((field) => field.tag === tag).at(-1)?.number ?? otherwise;

/** The bytes of all fields with this tag. */
export const messagesOf = (fields: readonly Field[], tag: number): Uint8Array[] =>
  fields.filter((field) => field.tag === tag).map(({ bytes }) => bytes);

/** A TensorShapeProto as a list of sizes. @throws DataError where a size is not known */
export function shapeOf(bytes: Uint8Array | undefined, file: string, field: string): number[] {
  const fields = fieldsOf(bytes ?? NONE, file, field);
  const shape = messagesOf(fields, 2).map((dim) => numberOf(fieldsOf(dim, file, field), 1));
  if (numberOf(fields, 3) === 0 && shape.every((size) => Number.isSafeInteger(size) && size >= 0)) return shape;
  throw new DataError(file, field, "a shape of known sizes", `[${shape.join(", ")}]`);
}
