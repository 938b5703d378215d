const TypedArray = Object.getPrototypeOf(Int8Array.prototype) as Int8Array; // Buffer's own `slice` shares the memory

const DEEPEST = 4; // a list of arrays in a record of parts in a batch

/** A copy of a batch: each typed array in it gets memory of its own, all else stays. What is no array is refused elsewhere. */
export function copied<T>(value: T, depth = 0): T {
  if (isTypedArray(value)) return TypedArray.slice.call(value) as unknown as T;
  if (depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((each) => copied(each, depth + 1)) as unknown as T;
  if (!hasParts(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, copied(each, depth + 1)]),
  ) as unknown as T;
}

/** The typed arrays in a batch, in a fixed order. */
export function viewsIn(value: unknown, depth = 0): readonly ArrayBufferView[] {
  if (isTypedArray(value)) return [value];
  if (depth > DEEPEST || value === null || typeof value !== "object") return [];
  if (!Array.isArray(value) && !hasParts(value)) return [];
  return Object.values(value).flatMap((each) => (typeof each === "object" ? viewsIn(each, depth + 1) : []));
}

/** Whether two arrays have a byte of memory in common. */
export const overlap = (a: ArrayBufferView, b: ArrayBufferView): boolean =>
  a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;

export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

const isTypedArray = (value: unknown): value is Int8Array => ArrayBuffer.isView(value) && !(value instanceof DataView);

/** Whether a value is a record or an array with a shape. */
function hasParts(value: unknown): value is Readonly<Record<string, unknown>> {
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || ("data" in value && "shape" in value);
}
