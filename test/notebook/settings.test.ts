import { afterEach, expect, test, vi } from "vitest";
import { check, profile, setting } from "../../src/notebook";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
  vi.restoreAllMocks();
});

test("the profile is quick unless UNROLL_PROFILE says full", () => {
  for (const [asked, expected] of [
    ["", "quick"],
    ["quick", "quick"],
    ["full", "full"],
  ]) {
    vi.stubEnv("UNROLL_PROFILE", asked);
    expect(profile()).toBe(expected);
  }
  vi.stubEnv("UNROLL_PROFILE", "fast");
  expect(profile).toThrow('UNROLL_PROFILE: expected "quick" or "full", got "fast"');
});

test("setting gives the profile's value and says once which profile it is", async () => {
  vi.resetModules();
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const { setting } = await import("../../src/notebook"); // anew: it has said nothing yet
  vi.stubEnv("UNROLL_PROFILE", "full");
  expect([setting({ quick: 2, full: 100 }), setting({ quick: "a", full: "b" })]).toEqual([100, "b"]);
  expect(log.mock.calls).toEqual([["profile: full"]]);
});

test("a short run says so in a banner", async () => {
  vi.resetModules();
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const { setting } = await import("../../src/notebook");
  vi.stubEnv("UNROLL_PROFILE", "quick");
  expect(setting({ quick: 2, full: 100 })).toBe(2);
  expect(log.mock.calls).toEqual([[expect.stringMatching(/^A short run\. .*UNROLL_PROFILE=full npm start/)]]);
});

test("the two profiles may make different claims, each with its own type", () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.stubEnv("UNROLL_PROFILE", "quick");
  check(setting({ quick: { early: { value: 1, atLeast: 1 } }, full: { late: { value: 2, near: 2, within: 0 } } }));
  expect(console.log).toHaveBeenCalledWith("✓ early is 1, at least 1");
});
