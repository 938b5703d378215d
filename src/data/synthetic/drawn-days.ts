import { Random } from "../random";

/** The days from the first to the last, both included: "1981-01-01" … */
function daysBetween(first: string, last: string): string[] {
  const day = 86_400_000; // milliseconds
  const [begin, end] = [Date.parse(first), Date.parse(last)];
  return Array.from({ length: (end - begin) / day + 1 }, (_, i) =>
    new Date(begin + i * day).toISOString().slice(0, 10),
  );
}

/**
 * Generates the stand-in for real temperatures, in °C: a yearly cycle, and weather in which warm days follow warm days
 * (an AR(1) process: w(t) = 0.6·w(t−1) + noise of 2 °C).
 */
export function drawnTemperatures(): { dates: string[]; values: Float32Array } {
  // the real data lack these days too
  const dates = daysBetween("1981-01-01", "1990-12-31").filter((date) => !/^198[48]-12-31$/.test(date));
  const random = new Random(1);
  let weather = 0;
  const values = Float32Array.from(dates, (_, day) => {
    weather = 0.6 * weather + random.normal(0, 2);
    return 11 + 4 * Math.cos((2 * Math.PI * (day - 20)) / 365) + weather;
  });
  return { dates, values };
}

/**
 * Generates the stand-in for a real stock: [open, high, low, close] in dollars and volume in shares, row by row. The
 * price is a random walk, so it cannot be forecast.
 */
export function drawnStock(): { dates: string[]; values: Float32Array } {
  const isTrading = (date: string) => new Date(date).getUTCDay() % 6 !== 0; // Sunday 0, Saturday 6
  const dates = daysBetween("2015-02-17", "2017-02-16").filter(isTrading);
  const random = new Random(2);
  let price = 120;
  const rows = dates.map(() => {
    const open = price * Math.exp(random.normal(0, 0.006));
    price = open * Math.exp(random.normal(0, 0.012));
    const [high, low] = [Math.max(open, price), Math.min(open, price)];
    const spread = () => Math.exp(Math.abs(random.normal(0, 0.004)));
    return [open, high * spread(), low / spread(), price, 4e7 * Math.exp(random.normal(0, 0.3))];
  });
  return { dates, values: Float32Array.from(rows.flat()) };
}
