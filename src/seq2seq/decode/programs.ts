import { type Compiled, compile } from "../../compile";
import { RecentlyUsed } from "../../compile/internal";
import { tidy } from "../../rnn/internal";
import * as tf from "../../tf";
import type { BatchInputs } from "./batch";
import { writeBatch } from "./batch-writer";
import type { DecodableModel } from "./decodable-model";
import type { DecodeSettings } from "./options";
import type { BatchArrays } from "./results";
import { writeInShards } from "./shards";

/**
 * The most graphs that are kept, of all models together; each has a copy of its model's weights. When another one is built, the
 * graph that was used longest ago is closed.
 */
const MOST = 16;

interface Kept {
  readonly model: DecodableModel<never>;
  readonly key: string;
  readonly program: Compiled<tf.Tensor[], tf.Tensor[]>;
  /** The names of the outputs, known after the first call. */
  names: string[];
}

const kept = new RecentlyUsed<Kept>(MOST, ({ program }) => program.dispose());

/** Writes a batch in one native call. The graph for these shapes and settings is built when it is first needed. */
export function writeCompiled(
  model: DecodableModel<never>,
  inputs: BatchInputs,
  settings: DecodeSettings,
): BatchArrays {
  const given = Object.entries(inputs) as [keyof BatchInputs, tf.Tensor][];
  const key = JSON.stringify([settings, ...given.map(([name, { shape, dtype }]) => [name, shape, dtype])]);
  forgetDisposed();
  const isOwn = (each: Kept) => each.model === model && each.key === key;
  const own = kept.find(isOwn) ?? open(model, { key, settings, inputs: given.map(([name]) => name) });
  const outputs = own.program(...given.map(([, tensor]) => tensor));
  return readArrays(Object.fromEntries(own.names.map((name, i) => [name, outputs[i] as tf.Tensor])));
}

/** The same, one operation at a time. */
export function writeEagerly(model: DecodableModel<never>, inputs: BatchInputs, settings: DecodeSettings): BatchArrays {
  return readArrays(tidy(() => ({ ...writeBatch(model, inputs, settings) })));
}

/** How many graphs are kept. */
export const keptPrograms = (): number => kept.size;

interface Opening {
  readonly key: string;
  readonly settings: DecodeSettings;
  /** The names of the inputs. */
  readonly inputs: readonly string[];
}

function open(model: DecodableModel<never>, { key, settings, inputs }: Opening): Kept {
  kept.makeRoom();
  const program = compile(
    (...tensors: tf.Tensor[]) => {
      const named = Object.fromEntries(inputs.map((name, i) => [name, tensors[i]])) as unknown as BatchInputs;
      const write = (part: BatchInputs) => writeBatch(model, part, settings);
      const made = Object.entries(writeInShards(named, settings.beamWidth, write));
      own.names = made.map(([name]) => name);
      return made.map(([, tensor]) => tensor as tf.Tensor);
    },
    { variables: [...model.variables] },
  );
  const own: Kept = { model, key, program, names: [] };
  kept.add(own);
  return own;
}

/** Closes the graphs of models whose weights are disposed. */
function forgetDisposed(): void {
  kept.remove(({ model }) => model.variables.some(({ isDisposed }) => isDisposed));
}

/** The values of outputs, which are disposed. */
function readArrays(outputs: Readonly<Record<string, tf.Tensor>>): BatchArrays {
  const arrays = Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, tensor.dataSync()]));
  tf.dispose(outputs as tf.NamedTensorMap);
  return arrays as unknown as BatchArrays;
}
