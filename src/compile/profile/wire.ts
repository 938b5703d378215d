/** A field of a protocol buffer message: its number, and its value. A message within is still bytes. */
export type Field = readonly [number: number, value: number | Uint8Array];

/**
 * Reads the fields of a protocol buffer message one by one (protobuf.dev/programming-guides/encoding). tfjs-node has no classes
 * for the messages in which TensorFlow describes a run.
 */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): number => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = view.getUint8(at++);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const [field, type] = [Math.floor(key / 8), key % 8];
    if (type === 0) yield [field, varint()];
    else if (type === 2) {
      const length = varint();
      yield [field, bytes.subarray(at, at + length)];
      at += length;
    } else {
      const size = type === 1 ? 8 : 4; // a fixed number, which no message here needs
      yield [field, bytes.subarray(at, at + size)];
      at += size;
    }
  }
}

const decoder = new TextDecoder();
export const textOf = (value: number | Uint8Array | undefined): string =>
  value instanceof Uint8Array ? decoder.decode(value) : "";
