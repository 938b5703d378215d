import { giveToEager, type NativeTensor, type PreparedCall, runOptions, Session, takeFromEager } from "../../../native";
import type { GraphWriter } from "../../emit/graph-writer";
import type { Metadata, NativeBackend, NativeValues } from "../../engine/backend";
import { graphDefBytes } from "../../engine/graph-def";
import { collector } from "../../profile/collect";
import { checkDevices } from "./devices";
import { PRODUCER } from "./graph-bytes";
import type { CallInput, CallOutputs, GraphCall, GraphSession } from "./graph-session";
import { startedAtOnce } from "./started-at-once";

type Backend = Pick<NativeBackend, "binding">;

/**
 * Opens a session through our own addon.
 *
 * @param config TensorFlow's ConfigProto
 * @throws NativeError when TensorFlow refuses the graph; CompileError when a node is on a device that the session lacks
 */
export function nativeSession(writer: GraphWriter, backend: Backend, config: Uint8Array): GraphSession {
  const session = new Session(graphDefBytes(writer.nodes, PRODUCER), config);
  try {
    checkDevices(writer.nodes, session);
  } catch (error) {
    session.close();
    throw error;
  }
  return {
    prepare: (inputs, outputs) => callOf(backend, session, session.prepare(inputs, outputs), writer.sources),
    close: () => session.close(),
  };
}

function callOf(
  backend: Backend,
  session: Session,
  prepared: PreparedCall,
  sources: ReadonlyMap<string, string>,
): GraphCall {
  const dtypes = prepared.feeds.map(({ dtype }) => dtype);
  const withFeeds = <T>(inputs: readonly CallInput[], use: (feeds: (NativeTensor | NativeValues)[]) => T): T => {
    const taken: NativeTensor[] = [];
    try {
      return use(feedsOf(backend, inputs, dtypes, taken));
    } finally {
      for (const tensor of taken) tensor.dispose(); // a run keeps what it reads
    }
  };
  const run = (inputs: readonly CallInput[]) =>
    withFeeds(inputs, (feeds) => outputsOf(backend, profiledRun(prepared, feeds, sources)));
  return {
    run,
    start: (inputs) => {
      if (collector() !== undefined) return startedAtOnce(() => run(inputs)); // a profile has one run after the other
      const { ended, outputs } = withFeeds(inputs, (feeds) => prepared.start(feeds));
      return { ended, wait: () => session.waitForRuns(), outputs: () => outputsOf(backend, outputs()) };
    },
  };
}

const TRACED = runOptions({ trace: "full" });

/** Runs a call; while a profile is taken, with a trace that the profile gets. */
function profiledRun(
  prepared: PreparedCall,
  feeds: readonly (NativeTensor | NativeValues)[],
  sources: ReadonlyMap<string, string>,
): NativeTensor[] {
  const profile = collector();
  if (profile === undefined) return prepared.run(feeds);
  const { outputs, metadata } = prepared.runTraced(feeds, TRACED);
  profile.add(metadata, sources);
  return outputs;
}

/** What a call feeds. Tensors of tfjs-node are taken over without a copy, those of one type by one operation. @param taken gets them */
function feedsOf(
  backend: Backend,
  inputs: readonly CallInput[],
  dtypes: readonly number[],
  taken: NativeTensor[],
): (NativeTensor | NativeValues)[] {
  const feeds = [...inputs] as (NativeTensor | NativeValues)[];
  for (const places of byDtype(dtypes, (i) => typeof inputs[i] === "number")) {
    const ids = places.map((i) => inputs[i] as number);
    const tensors = takeFromEager(backend.binding, ids, dtypes[places[0] as number] as number);
    taken.push(...tensors);
    for (const [k, i] of places.entries()) feeds[i] = tensors[k] as NativeTensor;
  }
  return feeds;
}

function outputsOf(backend: Backend, made: NativeTensor[]): CallOutputs {
  return {
    read: (count) =>
      made.splice(0, count).map((tensor) => {
        const values = tensor.read() as NativeValues;
        tensor.dispose();
        return values;
      }),
    give: () => {
      const all = made.splice(0);
      const dtypes = all.map(({ dtype }) => dtype);
      const given: Metadata[] = [];
      for (const places of byDtype(dtypes)) {
        const tensors = places.map((i) => all[i] as NativeTensor);
        const metadata = giveToEager(backend.binding, tensors);
        for (const [k, i] of places.entries()) given[i] = metadata[k] as Metadata;
      }
      for (const tensor of all) tensor.dispose();
      return given;
    },
  };
}

/** The places of each dtype. @param isMeant which places are meant. Default: all. */
function byDtype(dtypes: readonly number[], isMeant: (i: number) => boolean = () => true): number[][] {
  const places = new Map<number, number[]>();
  for (const [i, dtype] of dtypes.entries()) {
    if (!isMeant(i)) continue;
    const known = places.get(dtype);
    if (known === undefined) places.set(dtype, [i]);
    else known.push(i);
  }
  return [...places.values()];
}
