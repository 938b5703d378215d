import { weightName } from "../../../arguments";
import * as tf from "../../../tf";
import { ArgumentError } from "../../errors";

/** The value with which a slot starts: a number for all its elements, or "weight", a copy of the weight. */
export type SlotStart = number | "weight";
type Variables = readonly tf.Variable[];

/**
 * The slots of an optimizer by variable, and the variables that its first step had.
 *
 * An optimizer's moments, its number of steps and its beta powers belong together. A variable that joined later would
 * have moments of step 0 and the powers of another step, which gives wrong numbers. So the variables of the first step,
 * frozen ones too, are the only ones that later steps may have.
 */
export class SlotStore {
  private readonly slots = new Map<tf.Variable, Variables>();
  private known: ReadonlySet<tf.Variable> = new Set();
  private isFixed = false;

  /**
   * @param where the optimizer's class, for messages
   * @param starts the initial value of each slot of a variable, by name
   */
  constructor(
    private readonly where: string,
    private readonly starts: Readonly<Record<string, SlotStart>>,
  ) {}

  /** The names of a variable's slots. */
  get names(): readonly string[] {
    return Object.keys(this.starts);
  }

  /** Whether a variable has slots by now. */
  has(variable: tf.Variable): boolean {
    return this.slots.has(variable);
  }

  /** All variables that have slots, with their slots. */
  entries(): IterableIterator<[tf.Variable, Variables]> {
    return this.slots.entries();
  }

  /** Takes the variables of a coming step. @throws ArgumentError naming one that the first step did not have */
  begin(variables: Variables): void {
    if (!this.isFixed) {
      this.known = new Set(variables);
      this.restartCopies(variables);
    } else for (const variable of variables) this.checkKnown(variable);
  }

  /** Before the first step: a slot that starts as a copy of its weight gets the weight's value of now. */
  private restartCopies(variables: Variables): void {
    Object.values(this.starts).forEach((start, i) => {
      if (start !== "weight") return;
      for (const variable of variables) {
        tf.tidy(() => (this.slots.get(variable)?.[i] as tf.Variable | undefined)?.assign(tf.clone(variable)));
      }
    });
  }

  /** Called after a step: from now on no other variables may join. */
  stepped(): void {
    this.isFixed = true;
  }

  /** A variable's slots. The first call for a variable creates them. @throws ArgumentError as `begin` */
  of(variable: tf.Variable): Variables {
    const known = this.slots.get(variable);
    if (known !== undefined) return known;
    if (this.isFixed) this.checkKnown(variable);
    this.forgetDisposed();
    const made = this.make(variable);
    this.slots.set(variable, made);
    return made;
  }

  /** New slots of a variable, which do not belong to the store yet. */
  make(variable: tf.Variable): Variables {
    const startOf = (start: SlotStart) =>
      start === "weight" ? tf.clone(variable) : tf.fill(variable.shape, start, variable.dtype);
    return Object.values(this.starts).map((start) => tf.tidy(() => tf.variable(startOf(start), false)));
  }

  /** Replaces all slots and known variables, after a state was restored. */
  replace(slots: ReadonlyMap<tf.Variable, Variables>, variables: Variables, isFixed: boolean): void {
    for (const [variable, own] of this.slots) if (slots.get(variable) !== own) tf.dispose([...own]);
    this.slots.clear();
    for (const [variable, own] of slots) this.slots.set(variable, own);
    this.known = new Set(variables);
    this.isFixed = isFixed;
  }

  private checkKnown(variable: tf.Variable): void {
    if (this.known.has(variable)) return;
    const expected =
      `the weights that its first step had, because its number of steps and its moments are theirs (write ` +
      `new ${this.where}({ … }) for another model)`;
    throw new ArgumentError(this.where, "variables", expected, `${weightName(variable)}, which is new`);
  }

  private forgetDisposed(): void {
    for (const [variable, slots] of this.slots) {
      if (!variable.isDisposed) continue;
      tf.dispose([...slots]);
      this.slots.delete(variable);
    }
  }

  /** Frees the slots. */
  dispose(): void {
    for (const slots of this.slots.values()) tf.dispose([...slots]);
    this.slots.clear();
  }
}
