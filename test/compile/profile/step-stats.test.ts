import { expect, test } from "vitest";
import { executedNodes } from "../../../src/compile/profile/step-stats";
import { fieldsOf } from "../../../src/compile/profile/wire";

/** Messages by hand: a field's number and kind, then its value. */
const varint = (value: number): number[] =>
  value < 128 ? [value] : [128 + (value % 128), ...varint(Math.floor(value / 128))];
const number = (field: number, value: number) => [...varint(field * 8), ...varint(value)];
const bytes = (field: number, value: readonly number[]) => [
  ...varint(field * 8 + 2),
  ...varint(value.length),
  ...value,
];
const text = (field: number, value: string) => bytes(field, [...Buffer.from(value)]);

test("fieldsOf(bytes) reads numbers beyond 32 bits, bytes, and skips fixed numbers", () => {
  const message = [
    ...number(1, 2 ** 40 + 5),
    ...text(2, "ä"),
    0x19,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    0x25,
    1,
    2,
    3,
    4,
    ...number(300, 7),
  ];
  const fields = [...fieldsOf(Uint8Array.from(message))];
  expect(fields.map(([field]) => field)).toEqual([1, 2, 3, 4, 300]);
  expect(fields[0]?.[1]).toBe(2 ** 40 + 5);
  expect(Buffer.from(fields[1]?.[1] as Uint8Array).toString()).toBe("ä");
  expect(fields[4]?.[1]).toBe(7);
});

test("executedNodes(metadata) has each execution with its operation, device, thread and nanoseconds", () => {
  const matmul = [
    ...text(1, "MatMul_5_2"),
    ...number(2, 1_700_000_000_000_000),
    ...text(8, "MatMul_5_2 = MatMul(x, Transpose_4_1)"),
    ...number(10, 4211),
    ...number(14, 1000),
    ...number(15, 4500),
  ];
  const old = [...text(1, "Tanh_7:Tanh"), ...number(2, 5)]; // without a label
  const device = [...text(1, "/job:localhost/replica:0/task:0/device:CPU:0"), ...bytes(2, matmul), ...bytes(2, old)];
  const metadata = bytes(1, bytes(1, device));
  expect(executedNodes(Uint8Array.from(metadata))).toEqual([
    {
      node: "MatMul_5_2",
      op: "MatMul",
      device: "/job:localhost/replica:0/task:0/device:CPU:0",
      thread: 4211,
      start: 1_700_000_000_000_001,
      duration: 3.5,
    },
    expect.objectContaining({ node: "Tanh_7:Tanh", op: "Tanh", start: 5, duration: 0 }),
  ]);
  expect(executedNodes(new Uint8Array())).toEqual([]);
});
