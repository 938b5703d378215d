/** A finite float32 as the shortest decimal number that reads back as the same float32: `0.1`, `-0`, `16777216`, `1.5e-7`. */
export function float32Text(value: number): string {
  if (Object.is(value, -0)) return "-0";
  let count = 8; // of most numbers 7 to 9 digits are needed
  const isExact = () => Math.fround(Number(value.toPrecision(count))) === value;
  if (isExact()) {
    do count--;
    while (count > 0 && isExact());
    count++;
  } else {
    do count++;
    while (!isExact()); // nine digits are enough for every float32
  }
  return String(Number(value.toPrecision(count)));
}
