import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GraphWriter } from "../../emit/graph-writer";
import type { Metadata, NativeBackend } from "../../engine/backend";
import { CompileError } from "../../errors";
import type { Signature } from "../../ir/trace";
import { savedModelBytes } from "./graph-bytes";
import type { CallInput, CallOutputs, GraphCall, GraphSession } from "./graph-session";
import { startedAtOnce } from "./started-at-once";

/** The binding is looked up at each call, because tests replace it. */
type Backend = Pick<NativeBackend, "binding">;

/**
 * Opens a session through tfjs-node, which loads a graph only from the folder of a SavedModel. So the graph is written into a
 * temporary folder, which is deleted at once.
 *
 * @throws CompileError when the temporary folder cannot be written; Error when TensorFlow refuses the graph
 */
export function savedModelSession(writer: GraphWriter, backend: Backend): GraphSession {
  const bytes = savedModelBytes(writer);
  const folder = onDisk(() => mkdtempSync(join(tmpdir(), "unroll-graph-")));
  try {
    onDisk(() => writeFileSync(join(folder, "saved_model.pb"), bytes));
    const id = backend.binding.loadSavedModel(folder, "serve");
    const shapes = placeholdersOf(writer);
    return {
      prepare: (inputs, outputs) => callOf(backend, id, { inputs, outputs, shapes }),
      takesValues: false,
      close: () => backend.binding.deleteSavedModel(id),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function onDisk<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw new CompileError(`compile: cannot write the graph into the temporary folder: ${(error as Error).message}`);
  }
}

/** The shapes and types that the graph's inputs have, by name. */
function placeholdersOf(writer: GraphWriter): ReadonlyMap<string, Signature> {
  const placeholders = writer.nodes.filter((node) => node.getOp() === "Placeholder");
  return new Map(
    placeholders.map((node) => {
      const attributes = node.getAttrMap();
      const shape = attributes.get("shape").getShape().getDimList();
      return [node.getName(), { shape: shape.map((dim) => dim.getSize()), dtype: attributes.get("dtype").getType() }];
    }),
  );
}

interface CallPlan {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly shapes: ReadonlyMap<string, Signature>;
}

function callOf(backend: Backend, session: number, { inputs, outputs, shapes }: CallPlan): GraphCall {
  const names = [inputs, outputs].map((each) => each.map((name) => `${name}:0`).join()) as [string, string];
  const run = (given: readonly CallInput[]): CallOutputs => {
    const made: number[] = [];
    try {
      const ids = given.map((input, i) => {
        if (typeof input === "number") return input;
        const { shape, dtype } = shapes.get(inputs[i] as string) as Signature;
        made.push(backend.binding.createTensor([...shape], dtype, input));
        return made.at(-1) as number;
      });
      return outputsOf(backend, backend.binding.runSavedModel(session, ids, ...names));
    } finally {
      for (const id of made) backend.binding.deleteTensor(id);
    }
  };
  return { run, start: (given) => startedAtOnce(() => run(given)) };
}

function outputsOf(backend: Backend, made: Metadata[]): CallOutputs {
  return {
    read: (count) =>
      made.splice(0, count).map(({ id }) => {
        const values = backend.binding.tensorDataSync(id);
        backend.binding.deleteTensor(id);
        return values;
      }),
    give: () => made.splice(0),
  };
}
