/** The command line of npm run bench. */
import { parseArgs } from "node:util";
import { didYouMean } from "#spelling";
import { SECONDS } from "./measure.mts";
import { LEAST_TURNS } from "./modes/builds.mts";
import { isPython, OURS, PEERS, type Peer } from "./peers.mts";

const OPTIONS = {
  peers: { type: "string" },
  "only-peers": { type: "string" },
  workloads: { type: "string" },
  rounds: { type: "string" },
  seconds: { type: "string", default: String(SECONDS) },
  shards: { type: "string" },
  against: { type: "string" },
  inference: { type: "boolean", default: false },
  fit: { type: "boolean", default: false },
  decode: { type: "boolean", default: false },
  verify: { type: "boolean", default: false },
  profile: { type: "string" },
  table: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

export type Mode = "train" | "inference" | "fit" | "decode" | "verify" | "profile" | "table" | "help";

export interface Asked {
  readonly mode: Mode;
  readonly peers: readonly Peer[];
  /** Whether --only-peers named them. */
  readonly named: boolean;
  /** The folder with the Python peers' environments. */
  readonly folder: string | undefined;
  /** Whether `peers` are those that were named. */
  readonly isOnly: boolean;
  /** A clone whose build is to be compared with this one's, instead of peers. */
  readonly against: string | undefined;
  /** Names of workloads; undefined for all. */
  readonly workloads: readonly string[] | undefined;
  readonly rounds: number;
  readonly seconds: number;
  readonly shards: number | undefined;
  /** The file that README's table is made of. */
  readonly table: string | undefined;
  readonly json: boolean;
}

/** @throws Error naming what is known */
export function argumentsOf(args: readonly string[]): Asked {
  const given = parse(args);
  if (given.help) return { ...argumentsOf([]), mode: "help" };
  const modes = (["inference", "fit", "decode", "verify", "profile", "table"] as const).filter(
    (each) => given[each] !== undefined && given[each] !== false,
  );
  if (modes.length > 1) throw new Error(`${modes.map((each) => `--${each}`).join(" and ")}: expected one of them`);
  const [mode = "train"] = modes;
  if (given.profile !== undefined && given.workloads !== undefined) {
    throw new Error("--profile and --workloads: expected one of them");
  }
  if (given.against !== undefined) checkAgainst(given, mode);
  if (mode === "decode") checkDecode(given);
  return {
    mode,
    peers: peersOf(given, mode),
    named: given["only-peers"] !== undefined,
    folder: given.peers,
    isOnly: given["only-peers"] !== undefined,
    against: given.against,
    workloads:
      given.profile !== undefined
        ? [given.profile]
        : given.workloads === undefined
          ? undefined
          : listOf("--workloads", given.workloads),
    rounds: roundsOf(given),
    seconds: positive("--seconds", given.seconds),
    shards: given.shards === undefined ? undefined : count("--shards", given.shards),
    table: given.table,
    json: given.json,
  };
}

type Given = ReturnType<typeof parse>;

function parse(args: readonly string[]) {
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option" || Object.hasOwn(OPTIONS, token.name)) continue;
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    throw new Error(`unknown flag ${token.rawName}${didYouMean(token.rawName, known)}; there are ${known.join(", ")}`);
  }
  return parseArgs({ args: [...args], options: OPTIONS }).values;
}

/** What is compared is one build with another: no peers, and nothing but a step's time. */
function checkAgainst(given: Given, mode: Mode): void {
  if (mode === "fit" || mode === "decode" || mode === "verify" || mode === "profile")
    throw new Error(`--against and --${mode}: expected one of them`);
  const peers = (["peers", "only-peers"] as const).find((name) => given[name] !== undefined);
  if (peers !== undefined) throw new Error(`--against and --${peers}: expected one of them`);
}

/** Decoding is measured beside all peers that are installed, and unroll chooses its threads itself. */
function checkDecode(given: Given): void {
  const flag = (["only-peers", "shards"] as const).find((name) => given[name] !== undefined);
  if (flag !== undefined) throw new Error(`--decode and --${flag}: expected one of them`);
}

function roundsOf({ rounds, against }: Given): number {
  if (against === undefined) return rounds === undefined ? 1 : count("--rounds", rounds);
  const turns = rounds === undefined ? LEAST_TURNS : count("--rounds", rounds);
  if (turns >= LEAST_TURNS) return turns;
  throw new Error(`--rounds: expected at least ${LEAST_TURNS} with --against, got ${turns}`);
}

function peersOf({ peers: folder, "only-peers": only }: Given, mode: Mode): Peer[] {
  const able: readonly Peer[] = mode === "inference" ? [...OURS, "torch"] : PEERS;
  if (only === undefined) return able.filter((peer) => folder !== undefined || !isPython(peer));
  const names = chosen("--only-peers", listOf("--only-peers", only), able);
  if (mode === "table") return names;
  const python = names.find(isPython);
  if (python !== undefined && folder === undefined) throw new Error(`--only-peers ${python}: --peers DIR is missing`);
  return names;
}

/** The names, in the order of what there is. @throws Error at a name that there is not */
export function chosen<Name extends string>(flag: string, names: readonly string[], able: readonly Name[]): Name[] {
  const known: readonly string[] = able;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`${flag}: unknown "${unknown}"; there are ${able.join(", ")}`);
  return able.filter((name) => names.includes(name));
}

function listOf(flag: string, text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.some((name) => name === "")) throw new Error(`${flag}: expected names with commas between, got "${text}"`);
  return names;
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`${flag}: expected a number above 0, got "${text}"`);
}

function count(flag: string, text: string): number {
  const value = positive(flag, text);
  if (Number.isInteger(value)) return value;
  throw new Error(`${flag}: expected a whole number, got "${text}"`);
}
