/**
 * Makes a picture of 28×28 pixels of what is drawn, as MNIST's digits are: the drawing is scaled into 20×20 pixels, and its
 * centre of mass is the middle. The page gets this function's text, so the function uses nothing from outside.
 *
 * @param ink how much ink each pixel has, 0 to 1, row by row
 * @param side the width and the height of the drawing
 * @returns 784 numbers from 0 to 1; all 0 where nothing is drawn
 */
export function fitDigit(ink: ArrayLike<number>, side: number): number[] {
  const [into, box] = [28, 20];
  const inkAt = (row: number, column: number) => ink[row * side + column] ?? 0;
  let [top, bottom, left, right] = [side, -1, side, -1];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      if (inkAt(row, column) === 0) continue;
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
      [left, right] = [Math.min(left, column), Math.max(right, column)];
    }
  }
  if (bottom < 0) return new Array<number>(into * into).fill(0);
  const scale = Math.max(bottom - top + 1, right - left + 1) / box; // pixels of the drawing for one of the picture
  let [mass, rows, columns] = [0, 0, 0];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      mass += inkAt(row, column);
      rows += inkAt(row, column) * (row + 0.5);
      columns += inkAt(row, column) * (column + 0.5);
    }
  }
  const [firstRow, firstColumn] = [rows / mass - (scale * into) / 2, columns / mass - (scale * into) / 2];
  const samples = Math.max(1, Math.ceil(scale));
  return Array.from({ length: into * into }, (_, i) => {
    let sum = 0;
    for (let a = 0; a < samples; a++) {
      for (let b = 0; b < samples; b++) {
        const row = Math.floor(firstRow + scale * (Math.floor(i / into) + (a + 0.5) / samples));
        const column = Math.floor(firstColumn + scale * ((i % into) + (b + 0.5) / samples));
        if (row >= 0 && row < side && column >= 0 && column < side) sum += inkAt(row, column);
      }
    }
    return sum / samples ** 2;
  });
}
