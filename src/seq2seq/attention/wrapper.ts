import {
  glorotUniform,
  type Initializer,
  namedWeights,
  type RNNCell,
  type SequenceLength,
  type State,
} from "../../rnn";
import { checkCell, checkLive, checkOptions, checkTensor, furtherSeed, weight } from "../../rnn/internal";
import * as tf from "../../tf";
import { AttendedCell } from "./attended-cell";
import type { AttentionMechanism } from "./mechanism";
import { prepareMemory } from "./memory";
import { numberedWeights } from "./numbered-weights";
import type { AlignmentsOf, Mechanisms } from "./state";
import { inputSizeOf, layerSizes, mechanismsOf } from "./wrapper-options";

export interface AttentionWrapperOptions {
  /**
   * The size of the attention: a dense layer without bias over cell output and context. A list of mechanisms takes a list
   * of sizes. Default: no layer, so that the attention is the context, of the memory's size.
   */
  attentionLayerSize?: number | readonly number[];
  /** Whether the output is the attention; otherwise it is the cell's output. Default: true. */
  outputAttention?: boolean;
  /**
   * Mixes the inputs and the attention of the time step before to the cell's inputs. It needs `inputSize`. Default: it
   * concatenates them, `[batch, inputSize + attentionSize]`.
   */
  cellInputFn?: (inputs: tf.Tensor2D, attention: tf.Tensor2D) => tf.Tensor2D;
  /** Features of the wrapper's inputs. Default: the cell's input size less the size of the attention. */
  inputSize?: number;
  /** The initial values of the attention layers. Default: Glorot uniform. */
  kernelInitializer?: Initializer;
  /** Fixes the initial weights of the attention layers. Default: other weights at every construction. */
  seed?: number;
}

const OPTIONS = "attentionLayerSize outputAttention cellInputFn inputSize kernelInitializer seed".split(" ");

/**
 * A cell that looks at a memory at each time step: TensorFlow 1.x's `AttentionWrapper`. It owns the weights of the cell,
 * of the mechanism and of the attention layer. It owns no memory: `attend` gives the cell for the memory of one batch.
 *
 *   output, cellState' = cell([input, attention], cellState)
 *   alignments'        = mechanism(output, memory)               0 on the padding
 *   context            = Σ alignments'ᵢ·memoryᵢ                  over the places i of the memory
 *   attention'         = [output, context]·W                     W is attention_layer/kernel; without a layer the context
 *
 * The wrapper's output is attention'. With a list of mechanisms their attentions are concatenated. Without an attention layer the
 * output is the context alone, as in TensorFlow: what the cell computed is not in it, and a model with a dense head on it hardly
 * learns. Such a model takes `attentionLayerSize`, or `outputAttention: false`.
 *
 * @example
 *   const mechanism = new BahdanauAttention({ numUnits: 5, memorySize: 6, querySize: 4, seed: 42 });
 *   const inner = new LSTMCell({ inputSize: 3 + 8, numUnits: 4, seed: 43 }); // reads an input of 3 and an attention of 8
 *   const cell = new AttentionWrapper(inner, mechanism, { attentionLayerSize: 8, seed: 44 });
 *   const [memory, encoded] = dynamicRnn(new LSTMCell({ inputSize: 2, numUnits: 6 }), tf.randomNormal([2, 5, 2]));
 *   const attended = cell.attend(memory, [5, 3]);
 *   const initialState = attended.zeroState(2); // or { ...attended.zeroState(2), cellState: … }, an encoder's state
 *   const [outputs] = dynamicRnn(attended, tf.randomNormal([2, 7, 3]), { initialState }); // [2, 7, 8]
 *
 * @throws ArgumentError when sizes do not fit one another, or an option is unknown
 */
export class AttentionWrapper<S extends State, M extends Mechanisms = AttentionMechanism> {
  /** Features of one time step's input, without the attention. */
  readonly inputSize: number;
  readonly outputSize: number;
  /** The size of the attention, of all mechanisms together. */
  readonly attentionSize: number;
  /** The mechanisms as a list. */
  readonly mechanisms: readonly AttentionMechanism[];
  /** One kernel `[cell.outputSize + memorySize, size]` for each mechanism. Empty without attention layers. */
  readonly attentionKernels: readonly tf.Variable<tf.Rank.R2>[];
  readonly cellInputFn: (inputs: tf.Tensor2D, attention: tf.Tensor2D) => tf.Tensor2D;
  readonly outputAttention: boolean;

  constructor(
    readonly cell: RNNCell<S>,
    readonly mechanism: M,
    options: AttentionWrapperOptions = {},
  ) {
    checkCell(WHERE, cell);
    checkOptions(WHERE, options, OPTIONS);
    this.mechanisms = mechanismsOf(mechanism, cell.outputSize);
    const { cellInputFn, outputAttention = true, kernelInitializer = glorotUniform, seed } = options;
    const sizes = layerSizes(options.attentionLayerSize, this.mechanisms.length);
    const attentionSizes = this.mechanisms.map(({ memorySize }, i) => sizes?.[i] ?? memorySize);
    this.attentionSize = attentionSizes.reduce((sum, size) => sum + size, 0);
    this.outputAttention = outputAttention;
    this.outputSize = outputAttention ? this.attentionSize : cell.outputSize;
    this.inputSize = inputSizeOf(cell, this.attentionSize, options);
    this.cellInputFn = cellInputFn ?? ((inputs, attention) => tf.concat2d([inputs, attention], 1));
    this.attentionKernels = (sizes ?? []).map((size, i) => {
      const rows = cell.outputSize + (this.mechanisms[i] as AttentionMechanism).memorySize;
      return weight(() => kernelInitializer<tf.Rank.R2>([rows, size], furtherSeed(seed, i)));
    });
  }

  /** The weights by TensorFlow 1.x's names: `memory_layer/kernel`, and the others under `attention_wrapper/`. */
  get weights(): Readonly<Record<string, tf.Variable>> {
    return numberedWeights(namedWeights(this.cell), this.mechanisms, this.attentionKernels);
  }

  get variables(): tf.Variable[] {
    return [...this.cell.variables, ...this.mechanisms.flatMap(({ variables }) => variables), ...this.attentionKernels];
  }

  /**
   * Returns the cell for the memory of one batch. The keys, the mask and the normalised weights are computed here, once;
   * a time step computes only what depends on the state. Inside a loss or a compiled function their memory is freed with
   * the rest; elsewhere `dispose` of the cell frees them.
   *
   * @param memory `[batch, nSteps, memorySize]`, mostly the outputs of an encoder
   * @param memorySequenceLength the live places of each memory, 1 to nSteps: the others get alignments of 0. Default: all
   * @throws ArgumentError when a shape or dtype is wrong, or a length is outside 1…nSteps. TensorFlow refuses a length
   *   of 0 too: there is nothing to attend to. A compiled function refuses such a length when it runs, by a `CompileError`
   *   that names the row ("indices[2]: expected an index from 0 to 5, got -1"); in an exported graph the row becomes NaN
   */
  attend(memory: tf.Tensor3D, memorySequenceLength?: SequenceLength): AttendedCell<S, AlignmentsOf<M>> {
    const [{ memorySize }] = this.mechanisms as readonly [AttentionMechanism];
    checkTensor(`${WHERE}.attend`, "memory", memory, ["batch", "nSteps", memorySize]);
    checkLive(`${WHERE}.attend`, this);
    return new AttendedCell(this, memory, prepareMemory(`${WHERE}.attend`, memory, memorySequenceLength));
  }

  /** Frees the weights of the cell, of the mechanisms and of the attention layers. */
  dispose(): void {
    this.cell.dispose();
    for (const mechanism of this.mechanisms) mechanism.dispose();
    tf.dispose([...this.attentionKernels]);
  }
}

const WHERE = "AttentionWrapper";
