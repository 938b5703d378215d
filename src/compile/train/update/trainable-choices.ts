import type * as tf from "../../../tf";
import { CompileError } from "../../errors";
import { Specializations } from "../../runtime/specializations";
import type { Step } from "../build-step";
import type { StepOptions } from "../options";
import { accumulationVariables } from "./emit-accumulation";

/** The steps for one choice of the weights that are trainable. */
export interface TrainableChoice {
  /** `variables` are the trainable ones; those that are not trainable now are among `frozen`. */
  readonly options: StepOptions;
  /** The slots of each variable. */
  readonly slots: readonly (readonly tf.Variable[])[];
  readonly allSlots: readonly tf.Variable[];
  readonly steps: Specializations<Step>;
  /** Whether each variable of the step's own options is trainable. */
  readonly flags: readonly boolean[];
}

/**
 * The steps of a runner, by which of its variables are trainable. `trainable` may be set at any time, and a graph trains a
 * fixed list of weights; so there is a graph for each list.
 */
export class TrainableChoices {
  private readonly all: TrainableChoice[] = [];
  private last: TrainableChoice;
  private isOpen = true;

  constructor(private readonly options: StepOptions) {
    this.last = this.add();
  }

  /** The steps for what is trainable now. @throws CompileError after `dispose`, or when nothing is trainable */
  now(): TrainableChoice {
    if (!this.isOpen) throw new CompileError("trainStep: the step is disposed");
    const { variables } = this.options;
    const fits = ({ flags }: TrainableChoice) => flags.every((flag, i) => flag === variables[i]?.trainable);
    if (!fits(this.last)) this.last = this.all.find(fits) ?? this.add();
    return this.last;
  }

  private add(): TrainableChoice {
    const { variables, frozen, names, optimizer } = this.options;
    const trained = variables.filter(({ trainable }) => trainable);
    if (trained.length === 0) {
      throw new CompileError("trainStep: variables: expected one to train at least, got none that is trainable");
    }
    const options = {
      ...this.options,
      variables: trained,
      names: names.filter((_, i) => variables[i]?.trainable),
      frozen: [...frozen, ...variables.filter(({ trainable }) => !trainable)],
    };
    const slots = trained.map((variable) => optimizer.slotsOf(variable));
    const steps = new Specializations<Step>("trainStep", "the step", this.options.graphs);
    const allSlots = [...slots.flat(), ...accumulationVariables(trained, optimizer.accumulation)];
    const choice = { options, slots, allSlots, steps, flags: variables.map((each) => each.trainable) };
    this.all.push(choice);
    return choice;
  }

  /** Closes the sessions. The variables stay alive. */
  dispose(): void {
    this.isOpen = false;
    for (const { steps } of this.all) steps.dispose();
    this.all.length = 0;
  }
}
