import fc from "fast-check";

/**
 * Random changes to a file: bytes changed, cut off, removed, inserted. Positions are fractions of the file's length.
 */
export const edits = fc.array(
  fc.record({
    kind: fc.constantFrom("flip", "truncate", "remove", "insert"),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
  }),
  { minLength: 1, maxLength: 4 },
);
export type Edit = { kind: string; at: number; bytes: Uint8Array };

export function mutate(file: Buffer, changes: readonly Edit[]): Buffer {
  return changes.reduce((bytes, { kind, at, bytes: other }) => {
    const position = Math.floor(at * bytes.length);
    const [before, after] = [bytes.subarray(0, position), bytes.subarray(position)];
    if (kind === "truncate") return before;
    if (kind === "remove") return Buffer.concat([before, after.subarray(other.length)]);
    if (kind === "insert") return Buffer.concat([before, other, after]);
    return Buffer.concat([before, after.map((byte, i) => byte ^ (other[i] ?? 0))]);
  }, file);
}
