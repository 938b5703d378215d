import { giveToEager, type NativeTensor, type PreparedCall, runOptions, Session } from "../../../native";
import type { GraphWriter } from "../../emit/graph-writer";
import type { Metadata, NativeBackend, NativeValues } from "../../engine/backend";
import { graphDefBytes } from "../../engine/graph-def";
import { collector } from "../../profile/collect";
import { byDtype } from "./by-dtype";
import { checkDevices } from "./devices";
import { PRODUCER } from "./graph-bytes";
import type { CallInput, CallOutputs, GraphCall, GraphSession } from "./graph-session";
import { startedAtOnce } from "./started-at-once";
import { TakenInputs } from "./taken-inputs";

/**
 * Opens a session through our own addon.
 *
 * @param config TensorFlow's ConfigProto
 * @throws NativeError when TensorFlow refuses the graph; CompileError when a node is on a device that the session lacks
 */
export function nativeSession(writer: GraphWriter, backend: NativeBackend, config: Uint8Array): GraphSession {
  const session = new Session(graphDefBytes(writer.nodes, PRODUCER), config);
  try {
    checkDevices(writer.nodes, session);
  } catch (error) {
    session.close();
    throw error;
  }
  const calls: { readonly taken: TakenInputs; readonly prepared: PreparedCall }[] = [];
  return {
    prepare: (inputs, outputs) => {
      const prepared = session.prepare(inputs, outputs);
      const dtypes = prepared.feeds.map(({ dtype }) => dtype);
      const taken = new TakenInputs(backend, dtypes);
      calls.push({ taken, prepared });
      return callOf(backend, session, prepared, taken, writer.sources);
    },
    takesValues: true,
    close: () => {
      for (const { taken, prepared } of calls) {
        taken.close();
        prepared.dispose(); // each keeps the session's memory, and a synchronous loop gives the garbage collector no turn to free it
      }
      session.close();
    },
  };
}

function callOf(
  backend: NativeBackend,
  session: Session,
  prepared: PreparedCall,
  taken: TakenInputs,
  sources: ReadonlyMap<string, string>,
): GraphCall {
  const withFeeds = <T>(inputs: readonly CallInput[], use: (feeds: (NativeTensor | NativeValues)[]) => T): T => {
    try {
      return use(taken.take(inputs));
    } finally {
      taken.release();
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

function outputsOf(backend: NativeBackend, made: NativeTensor[]): CallOutputs {
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
