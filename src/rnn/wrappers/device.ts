import { inScope } from "../../compile/internal";
import type * as tf from "../../tf";
import type { OpenSteps, RNNCell, RunOverTime } from "../cell";
import { openStepsOf } from "../cells/steps/open-steps";
import { checkCell, describe } from "../checks";
import { ArgumentError } from "../errors";
import type { RandomKey } from "../random-key";
import type { State } from "../state";
import { CellWrapper } from "./wrapper";

/**
 * Places a cell on a device: TensorFlow 1.x's `tf.contrib.rnn.DeviceWrapper`. In a compiled function the operations of the
 * cell, its loop over time and its gradients run on this device, so the layers of a stack can run on several. The numbers are
 * the same as without the wrapper, up to rounding where more than 200 time steps meet several shards.
 *
 * Only a compiled function has devices; run eagerly, everything runs where it always does. A session has as many CPU devices
 * as its graph names, all on the same cores: a layer gains nothing there, but shows where it would run. The weights stay where
 * they are, and each step reads them from there. Exported graphs name no device. Where the session of tfjs-node runs the
 * graph, which has one device, a line says so once and everything runs on "/cpu:0".
 *
 * @example
 *   const layers = [3, 4].map((inputSize, i) => new GRUCell({ inputSize, numUnits: 4, seed: 42 + i }));
 *   const cell = new MultiRNNCell(layers.map((layer, i) => new DeviceWrapper(layer, `/cpu:${i}`)));
 *   const [outputs] = dynamicRnn(cell, tf.randomNormal([2, 5, 3])); // [2, 5, 4]
 *
 * @throws ArgumentError when the device is not written as "/cpu:1", "/gpu:0" or "/device:CPU:1". A device that does not exist
 *   is a CompileError of the compiled function's first call, which names those that exist
 */
export class DeviceWrapper<S extends State> extends CellWrapper<S> {
  /** As TensorFlow names it: "/device:CPU:1". */
  readonly device: string;

  /** @param cell may be a wrapper itself; `DeviceWrapper` belongs around the others */
  constructor(cell: RNNCell<S>, device: string) {
    checkCell("DeviceWrapper", cell);
    super(cell);
    this.device = named(device);
  }

  call(inputs: tf.Tensor2D, state: S, key?: RandomKey): [tf.Tensor2D, S] {
    return inScope(this, () => this.cell.call(inputs, state, key), this.device);
  }

  openSteps(): OpenSteps<S> {
    const opened = inScope(this, () => openStepsOf(this.cell), this.device);
    return { step: (inputs, state, key) => inScope(this, () => opened.step(inputs, state, key), this.device) };
  }

  overTime(run: RunOverTime, inputs: tf.Tensor3D, state: S): [tf.Tensor3D, S] {
    return inScope(this, () => run(this.cell, inputs, state), this.device);
  }
}

function named(device: string): string {
  const [, kind, number] = /^\/(?:device:)?([cg]pu):(\d+)$/i.exec(device) ?? [];
  if (kind !== undefined) return `/device:${kind.toUpperCase()}:${Number(number)}`;
  throw new ArgumentError("DeviceWrapper", "device", 'a device such as "/cpu:1" or "/gpu:0"', describe(device));
}
