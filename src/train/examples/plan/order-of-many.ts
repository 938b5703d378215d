import type { Random } from "../../../data";

const ROUNDS = 8;

/**
 * A random order of so many numbers that a list of them would fill the memory. Each position is computed: a Feistel network
 * (Luby and Rackoff 1988) permutes the numbers below 4ᵏ ≥ count, and a number that is too large is permuted again until
 * it is below `count` (Black and Rogaway 2002), which takes fewer than four turns on average.
 *
 * @returns the number at a position; each number from 0 to `count` − 1 stands at one position
 */
export function orderOfMany(count: number, random: Random): (position: number) => number {
  const bits = Math.max(1, Math.ceil(Math.log2(count) / 2));
  const half = 2 ** bits;
  const keys = Array.from({ length: ROUNDS }, () => random.bits());
  const permuted = (number: number): number => {
    let [left, right] = [Math.floor(number / half), number % half];
    for (const key of keys) [left, right] = [right, left ^ (mixed(right ^ key) & (half - 1))];
    return left * half + right;
  };
  return (position) => {
    let number = permuted(position);
    while (number >= count) number = permuted(number);
    return number;
  };
}

/** MurmurHash3's last step: each bit of the result depends on each bit of the number. */
function mixed(number: number): number {
  let bits = number;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
