import { ArgumentError, describe } from "../../arguments";
import { inScope } from "../../compile/internal";
import type { OpenCell, OpenSteps, RandomKey, RNNCell, State } from "../../rnn";
import { checkTensor, foldIn, openStepsOf, tidy, zeroTensor } from "../../rnn/internal";
import * as tf from "../../tf";
import { type LookAt, lookerOf, type Reader } from "./look";
import type { AttentionMechanism } from "./mechanism";
import type { Memory } from "./memory";
import { OPENED, PLAIN } from "./products";
import type { Alignments, AttentionState } from "./state";

/** What an attended cell needs of the wrapper that made it. */
export interface Attending<S extends State> {
  readonly cell: RNNCell<S>;
  readonly inputSize: number;
  readonly outputSize: number;
  readonly attentionSize: number;
  readonly mechanism: AttentionMechanism | readonly AttentionMechanism[];
  readonly mechanisms: readonly AttentionMechanism[];
  readonly attentionKernels: readonly tf.Variable<tf.Rank.R2>[];
  readonly outputAttention: boolean;
  readonly cellInputFn: (inputs: tf.Tensor2D, attention: tf.Tensor2D) => tf.Tensor2D;
  readonly variables: tf.Variable[];
  readonly weights: Readonly<Record<string, tf.Variable>>;
}

/**
 * The cell of an `AttentionWrapper` for one batch's memory, as `attend` returns it: a cell for every unroller, decoder and
 * loop. Its state is an `AttentionState`.
 *
 * @example
 *   const mechanism = new LuongAttention({ numUnits: 4, memorySize: 6, seed: 42 });
 *   const cell = new AttentionWrapper(new GRUCell({ inputSize: 3 + 6, numUnits: 4 }), mechanism);
 *   const attended: AttendedCell<tf.Tensor2D> = cell.attend(tf.randomNormal([2, 5, 6]), [5, 3]);
 *   const [output, state] = attended.call(tf.ones([2, 3]), attended.zeroState(2)); // one time step of a decoder
 */
export class AttendedCell<S extends State, A extends Alignments = tf.Tensor2D>
  implements RNNCell<AttentionState<S, A>>
{
  readonly inputSize: number;
  readonly outputSize: number;
  /** The places of the memory, the padding included: the size of the alignments. */
  readonly memorySteps: number;
  private readonly readers: readonly Reader[];
  private readonly looks: readonly LookAt[];
  /** The tensors that this cell made. */
  private readonly own: readonly tf.Tensor[];

  /** Use `AttentionWrapper.attend`, which checks the memory. */
  constructor(
    private readonly wrapper: Attending<S>,
    given: tf.Tensor3D,
    private readonly memory: Memory,
  ) {
    this.inputSize = wrapper.inputSize;
    this.outputSize = wrapper.outputSize;
    this.memorySteps = given.shape[1];
    const own: tf.Tensor[] = memory.mask === undefined ? [] : [memory.mask, memory.values];
    this.readers = wrapper.mechanisms.map((mechanism, i) => {
      const keys = mechanism.openKeys(mechanism.keysOf(memory));
      own.push(...keys.tensors);
      return { mechanism, keys, kernel: wrapper.attentionKernels[i] };
    });
    this.looks = this.readers.map((reader) => lookerOf(reader, memory, PLAIN));
    this.own = own;
  }

  /** 1, or the number of mechanisms of a list. */
  get mechanismCount(): number {
    return this.readers.length;
  }

  get variables(): tf.Variable[] {
    return this.wrapper.variables;
  }

  get weights(): Readonly<Record<string, tf.Variable>> {
    return this.wrapper.weights;
  }

  /** @throws ArgumentError when the batch size is not that of the memory */
  zeroState(batchSize: number): AttentionState<S, A> {
    const batch = this.memory.values.shape[0];
    if (batchSize !== batch) {
      throw new ArgumentError(
        "AttentionWrapper.zeroState",
        "batchSize",
        `${batch}, that of the memory`,
        `${batchSize}`,
      );
    }
    const cellState = this.wrapper.cell.zeroState(batchSize);
    const attention = zeroTensor(batchSize, this.wrapper.attentionSize);
    const alignments = this.readers.map(({ mechanism }) => mechanism.initialAlignments(batchSize, this.memorySteps));
    return { cellState, attention, alignments: this.itemOrList(alignments) };
  }

  call(
    inputs: tf.Tensor2D,
    state: AttentionState<S, A>,
    key?: RandomKey,
  ): [output: tf.Tensor2D, state: AttentionState<S, A>] {
    checkTensor(CALL, "inputs", inputs, [this.memory.values.shape[0], this.inputSize]);
    const { cell } = this.wrapper;
    return tidy(() => this.stepWith((x, s, k) => cell.call(x, s, k), this.looks, inputs, state, key));
  }

  /**
   * One operation computes a step of an LSTM or GRU inside, and the gradients of all weights and of the memory are
   * computed after the last step of the backward pass, each as one product over all steps.
   */
  openSteps(): OpenSteps<AttentionState<S, A>> {
    const { step } = openStepsOf(this.wrapper.cell);
    const looks = this.readers.map((reader) => lookerOf(reader, this.memory, OPENED));
    return { step: (inputs, state, key) => this.stepWith(step, looks, inputs, state, key) };
  }

  /** Nothing can be projected in advance: a step's input to the cell has the attention of the step before. */
  open(): OpenCell<AttentionState<S, A>> {
    const { step } = this.openSteps();
    return { project: (inputs) => [inputs], step: ([x], state, key) => step(x as tf.Tensor2D, state, key) };
  }

  private stepWith(
    step: OpenSteps<S>["step"],
    looks: readonly LookAt[],
    inputs: tf.Tensor2D,
    state: AttentionState<S, A>,
    key: RandomKey | undefined,
  ): [output: tf.Tensor2D, state: AttentionState<S, A>] {
    const previous = this.previousAlignments(state, inputs.shape[0]);
    const { cellInputFn, outputAttention } = this.wrapper;
    const [output, cellState] = step(cellInputFn(inputs, state.attention), state.cellState, foldIn(key, 0));
    const looked = looks.map((look, i) => {
      const mechanism = this.wrapper.mechanisms[i] as object;
      return inScope(mechanism, () => look(output, previous[i] as tf.Tensor2D, foldIn(key, i + 1)));
    });
    const attentions = looked.map(({ attention }) => attention);
    const attention: tf.Tensor2D =
      attentions.length === 1 ? (attentions[0] as tf.Tensor2D) : tf.concat2d(attentions, 1);
    const alignments = this.itemOrList(looked.map((each) => each.alignments));
    return [outputAttention ? attention : output, { cellState, attention, alignments }];
  }

  /** Frees what `attend` computed from the memory. The weights stay: the wrapper owns them. */
  dispose(): void {
    tf.dispose([...this.own]);
  }

  /** @throws ArgumentError when the state is not that of this memory */
  private previousAlignments(state: AttentionState<S, A>, batch: number): readonly tf.Tensor2D[] {
    const keys = state === null || typeof state !== "object" ? "" : Object.keys(state).sort().join();
    const isList = Array.isArray(this.wrapper.mechanism);
    if (keys !== "alignments,attention,cellState" || Array.isArray(state.alignments) !== isList) {
      const alignments = isList ? "alignments, a list" : "alignments";
      throw new ArgumentError(CALL, "state", `{ cellState, attention, ${alignments} }`, describe(state));
    }
    checkTensor(CALL, "state.attention", state.attention, [batch, this.wrapper.attentionSize]);
    const alignments = (isList ? state.alignments : [state.alignments]) as readonly tf.Tensor2D[];
    if (alignments.length !== this.readers.length) {
      throw new ArgumentError(CALL, "state.alignments", `${this.readers.length} tensors`, `${alignments.length}`);
    }
    for (const [i, each] of alignments.entries()) {
      checkTensor(CALL, isList ? `state.alignments[${i}]` : "state.alignments", each, [batch, this.memorySteps]);
    }
    return alignments;
  }

  /** A list where the wrapper has a list of mechanisms. The compiler does not follow this choice into the type A. */
  private itemOrList(each: readonly tf.Tensor2D[]): A {
    return (Array.isArray(this.wrapper.mechanism) ? each : each[0]) as A;
  }
}

const CALL = "AttentionWrapper.call";
