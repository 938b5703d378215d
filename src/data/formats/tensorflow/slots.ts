/** What a checkpoint holds besides a model's weights. */

/** `beta1_power` and `beta2_power` of Adam, whose names may have a scope, and a number. */
const POWERS = /(^|\/)beta[12]_power(_\d+)?$/;
/** What `tf.train.Checkpoint` writes of optimizers, and of itself. */
const OBJECTS = /\/\.OPTIMIZER_SLOT\/|^(.*\/)?_?optimizer\/.*\/\.ATTRIBUTES\/|^(.*\/)?save_counter\/\.ATTRIBUTES\//;
/** The last word of a slot, as TensorFlow 1.x's optimizers and moving averages name theirs. */
const WORD =
  /^(\w*(Adam|AdamW|Momentum|MomentumW|RMSProp|Adagrad|AdagradDA|Adadelta|Ftrl)|ExponentialMovingAverage)(_\d+)?$/i;

type Shapes = ReadonlyMap<string, { readonly shape: readonly number[] }>;

/**
 * The names that belong to an optimizer: the powers of Adam, and slots. A slot has the shape of its variable, and the name with
 * one word more: `rnn/kernel/Adam` and `rnn/kernel/Adam_1` beside `rnn/kernel`, whatever the word is. With an optimizer in a
 * scope the names begin with that (`train/rnn/kernel/Adam`); then the word must be one that TensorFlow's optimizers write.
 */
export function slotNames(tensors: Shapes): Set<string> {
  const isSlot = (name: string, shape: readonly number[]): boolean => {
    if (POWERS.test(name) || OBJECTS.test(name)) return true;
    const parts = name.split("/");
    const word = parts.pop() as string;
    return parts.some((_, i) => {
      const variable = tensors.get(parts.slice(i).join("/"));
      return variable?.shape.join() === shape.join() && (i === 0 || WORD.test(word));
    });
  };
  return new Set([...tensors].filter(([name, { shape }]) => isSlot(name, shape)).map(([name]) => name));
}

const OBJECT_END = "/.ATTRIBUTES/VARIABLE_VALUE";

/** The name of a variable without what `tf.train.Checkpoint` puts after it. */
export const plainName = (name: string): string =>
  name.endsWith(OBJECT_END) ? name.slice(0, -OBJECT_END.length) : name;
