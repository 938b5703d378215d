import { expect, test } from "vitest";
import { argumentsOf, chosen } from "../../scripts/bench/arguments.mts";
import { HELP } from "../../scripts/bench/help.mts";

test("nothing told: our three peers, all workloads, one round of two seconds", () => {
  expect(argumentsOf([])).toEqual({
    mode: "train",
    peers: ["unroll", "unroll-eager", "tfjs-layers"],
    named: false,
    folder: undefined,
    isOnly: false,
    against: undefined,
    workloads: undefined,
    rounds: 1,
    seconds: 2,
    shards: undefined,
    table: undefined,
    json: false,
  });
});

test("--peers adds the Python peers; inference is measured in PyTorch only", () => {
  expect(argumentsOf(["--peers", "/p"]).peers.slice(3)).toEqual([
    ...["torch", "torch-compile", "jax", "jax-0.4.31", "tf1", "keras"],
    ...["keras3-tensorflow", "keras3-jax", "keras3-torch"],
  ]);
  expect(argumentsOf(["--inference", "--peers", "/p"]).peers.slice(3)).toEqual(["torch"]);
});

test("--only-peers and --workloads choose by name, whatever the order", () => {
  const { peers, workloads } = argumentsOf(["--only-peers", "torch, unroll", "--peers=/p", "--workloads", "a,b"]);
  expect([peers, workloads]).toEqual([
    ["unroll", "torch"],
    ["a", "b"],
  ]);
  expect(chosen("--workloads", ["b", "a"], ["a", "b", "c"])).toEqual(["a", "b"]);
});

test("numbers are read, and the modes", () => {
  const asked = argumentsOf(["--rounds", "3", "--seconds", "0.05", "--shards=16", "--json"]);
  expect(asked).toMatchObject({ rounds: 3, seconds: 0.05, shards: 16, json: true });
  expect(argumentsOf(["--against", "/b"])).toMatchObject({ mode: "train", against: "/b", rounds: 9 });
  expect(argumentsOf(["--against", "/b", "--inference"])).toMatchObject({ mode: "inference", against: "/b" });
  for (const mode of ["inference", "fit", "decode", "verify", "help"])
    expect(argumentsOf([`--${mode}`]).mode).toBe(mode);
});

test.each([
  [["--fast"], /unknown flag --fast \(did you mean --fit\?\); there are --peers, --only-peers, .*--help/],
  [["--rounds", "1.5"], /--rounds: expected a whole number, got "1.5"/],
  [["--seconds", "0"], /--seconds: expected a number above 0, got "0"/],
  [["--shards", "many"], /--shards: expected a number above 0, got "many"/],
  [["--only-peers", "unroll,tourch"], /--only-peers: unknown "tourch"; there are unroll, unroll-eager, .*keras/],
  [["--only-peers", "jax"], /--only-peers jax: --peers DIR is missing/],
  [["--only-peers", "jax", "--peers", "/p", "--inference"], /unknown "jax"; there are unroll, .*torch$/],
  [["--workloads", "a,,b"], /--workloads: expected names with commas between, got "a,,b"/],
  [["--inference", "--verify"], /expected one of them/],
  [["--decode", "--fit"], /--fit and --decode: expected one of them/],
  [["--decode", "--shards", "2"], /--decode and --shards: expected one of them/],
  [["--decode", "--only-peers", "unroll"], /--decode and --only-peers: expected one of them/],
  [["--against", "/b", "--decode"], /--against and --decode: expected one of them/],
  [["--against", "/b", "--verify"], /--against and --verify: expected one of them/],
  [["--against", "/b", "--peers", "/p"], /--against and --peers: expected one of them/],
  [["--against", "/b", "--rounds", "8"], /--rounds: expected at least 9 with --against, got 8/],
  [["series_rnn"], /series_rnn/],
])("%j is an error that says what is known", (args, message) => {
  expect(() => argumentsOf(args)).toThrow(message);
});

test("the help names every flag", () => {
  let known: unknown;
  try {
    argumentsOf(["--velocity"]);
  } catch (error) {
    known = error;
  }
  const flags = [...new Set(String(known).match(/--[a-z-]+/g))].filter((flag) => flag !== "--velocity");
  expect(flags.length).toBe(15);
  for (const flag of flags) expect(HELP).toContain(`  ${flag} `);
});

test("--profile takes a workload; it goes with no other mode and no other list of workloads", () => {
  expect(argumentsOf(["--profile", "char_lstm"])).toMatchObject({ mode: "profile", workloads: ["char_lstm"] });
  const refused = (...args: string[]) => expect(() => argumentsOf(["--profile", "a", ...args]));
  refused("--fit").toThrow("--fit and --profile: expected one of them");
  refused("--workloads", "b").toThrow("--profile and --workloads: expected one of them");
  refused("--against", "/b").toThrow("--against and --profile: expected one of them");
});
