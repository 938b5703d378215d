/**
 * Writes protocol buffer messages into one block of memory. The generated classes need ten times as long for a graph of a
 * process's first step, because so much of their code runs once.
 */
export class ByteWriter {
  private bytes = Buffer.allocUnsafe(2 ** 12);
  private end = 0;

  /** A whole number, a boolean or an enumeration. */
  number(field: number, value: number): void {
    this.varint(field << 3);
    this.varint(value);
  }

  float(field: number, value: number): void {
    this.varint((field << 3) | 5);
    this.reserve(4);
    this.end = this.bytes.writeFloatLE(value, this.end);
  }

  text(field: number, value: string): void {
    this.message(field, () => {
      this.reserve(value.length * 3);
      this.end += this.bytes.write(value, this.end);
    });
  }

  block(field: number, value: Uint8Array): void {
    this.varint((field << 3) | 2);
    this.varint(value.length);
    this.reserve(value.length);
    this.bytes.set(value, this.end);
    this.end += value.length;
  }

  /** A message, or a list of numbers. @param write writes what is in it */
  message(field: number, write: () => void): void {
    this.varint((field << 3) | 2);
    const start = this.end;
    write();
    const length = this.end - start;
    this.varint(length); // stands behind the message, and is moved before it
    const size = this.end - start - length;
    const before = this.bytes.subarray(start + length, this.end);
    const head = Buffer.from(before);
    this.bytes.copyWithin(start + size, start, start + length);
    this.bytes.set(head, start);
  }

  /** Negative numbers have ten bytes, as int64 has. */
  varint(value: number): void {
    this.reserve(10);
    if (value < 0) {
      let rest = BigInt.asUintN(64, BigInt(value));
      for (; rest > 127n; rest >>= 7n) this.bytes[this.end++] = Number(rest & 127n) | 128;
      this.bytes[this.end++] = Number(rest);
      return;
    }
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.bytes[this.end++] = (rest % 128) | 128;
    this.bytes[this.end++] = rest;
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.end);
  }

  private reserve(size: number): void {
    if (this.end + size <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.end + size));
    larger.set(this.bytes.subarray(0, this.end));
    this.bytes = larger;
  }
}
