import { expect, test } from "vitest";
import { spikeTrains } from "../../../src/data";

const options = { count: 50, nSteps: 40, shortest: 3, longest: 7, seed: 1 };

test("spikeTrains(options): at every spike but the first, y is the time since the spike before", () => {
  const { x, y } = spikeTrains(options);
  expect([x.shape, y.shape]).toEqual([
    [50, 40, 1],
    [50, 40, 1],
  ]);
  const seen = new Set<number>();
  for (let train = 0; train < 50; train++) {
    let last: number | undefined;
    for (let time = 0; time < 40; time++) {
      const [spike, interval] = [x.data[train * 40 + time], y.data[train * 40 + time]];
      expect(interval).toBe(spike === 1 && last !== undefined ? time - last : 0);
      if (spike !== 1) expect(spike).toBe(0);
      else {
        if (last === undefined) expect(time).toBeLessThan(7);
        else seen.add(time - last);
        last = time;
      }
    }
  }
  expect([...seen].sort()).toEqual([3, 4, 5, 6, 7]);
});

test("spikeTrains({ seed }): the same seed gives the same trains, another seed gives others", () => {
  expect(spikeTrains(options)).toEqual(spikeTrains(options));
  expect(spikeTrains({ ...options, seed: 2 }).x.data).not.toEqual(spikeTrains(options).x.data);
});

test("spikeTrains refuses impossible intervals, and trains too short for two spikes", () => {
  expect(() => spikeTrains({ ...options, shortest: 0 })).toThrow(/spikeTrains: shortest/);
  expect(() => spikeTrains({ ...options, longest: 2 })).toThrow(/spikeTrains: longest/);
  expect(() => spikeTrains({ ...options, nSteps: 13 })).toThrow(/spikeTrains: nSteps/);
});
