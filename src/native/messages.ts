/**
 * Writes protocol buffer messages, whose form is simple: each field is its number and its wire type in one varint, then
 * the value. `undefined` writes nothing, which means the field's default.
 */
export class MessageWriter {
  private readonly bytes: number[] = [];

  /** A whole number, a boolean, or an enumeration. Negative numbers have ten bytes, as int32 and int64 have. */
  number(field: number, value: number | boolean | undefined): this {
    if (value !== undefined) this.varint(BigInt(field) << 3n).varint(BigInt.asUintN(64, BigInt(Number(value))));
    return this;
  }

  string(field: number, value: string | undefined): this {
    return value === undefined ? this : this.block(field, Buffer.from(value, "utf8"));
  }

  message(field: number, value: MessageWriter | undefined): this {
    return value === undefined || value.bytes.length === 0 ? this : this.block(field, value.bytes);
  }

  /** The entries of a `map<string, int32>`. */
  map(field: number, entries: Readonly<Record<string, number>> | undefined): this {
    for (const [key, value] of Object.entries(entries ?? {})) {
      this.block(field, new MessageWriter().string(1, key).number(2, value).bytes);
    }
    return this;
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }

  private block(field: number, bytes: Iterable<number> & { readonly length: number }): this {
    this.varint((BigInt(field) << 3n) | 2n).varint(BigInt(bytes.length));
    this.bytes.push(...bytes);
    return this;
  }

  private varint(value: bigint): this {
    let rest = value;
    for (; rest > 127n; rest >>= 7n) this.bytes.push(Number(rest & 127n) | 128);
    this.bytes.push(Number(rest));
    return this;
  }
}
