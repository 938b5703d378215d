import { ACTIONS, FIELDS, type Flag, flagOf } from "./fields.mts";
import { MODELS } from "./models.mts";

export function help(): string {
  const models = Object.entries(MODELS).map(([name, { about, defaults }]) => {
    const flags = Object.entries(defaults).map(([field, value]) => `${flagOf(field)} ${value}`);
    return `  ${name.padEnd(8)} ${about}\n           ${flags.join(" ")}`;
  });
  const table: Record<string, Flag> = { ...FIELDS, ...ACTIONS };
  const flags = Object.entries(table).map(([name, { shown, help }]) => {
    const value = shown === undefined ? "" : ` ${shown}`;
    return `  ${`${flagOf(name)}${value}`.padEnd(28)} ${help}`;
  });
  return `npm run train -- --model MODEL [flags]: trains one of the models with fit, and keeps what it does in runs/NAME.

  npm run train -- --model mnist --quick                 does it work here? about a minute
  npm run train -- --model mnist --cell gru              digits, 10 epochs, in runs/mnist-gru
  npm run train -- --name mnist-gru --resume             goes on after Ctrl-C, kill -9 or a power cut
  npm run train -- --name mnist-gru --resume --epochs 20 trains it further
  npm run train -- --config my.json --seed 3             settings from a file, a flag beside it
  npm run train -- --model char --text my.txt --tokenizer bpe   a text of your own, by byte pairs
  npm run train -- --name char-lstm --generate "To be"   the trained model goes on with a text

Models, and each one's default settings:
${models.join("\n")}

Flags; a config file has the same names in camel case, {"model": "char", "batchSize": 32}:
${flags.join("\n")}

In runs/NAME: config.json (the settings), checkpoint-… (the last three, and the best by the validation loss), history.csv
(a line an epoch); for char tokenizer.json and tokens.bin, the text as numbers. Ctrl-C ends a training within a step and writes a checkpoint. A training that is resumed ends with the
numbers of a training that was never stopped, bit for bit on the same number of cores. The same seed gives the same numbers.

Data are looked for in UNROLL_DATA, then in ../shared/data beside the clone; MNIST's also in your cache and on mirrors.
Where they are nowhere, digits or a play made by the program take their place. A text of your own is read from the disk
piece by piece, so it may be larger than the memory. Ends with 1 when a training fails, 2 for a wrong
flag or config, 130 after Ctrl-C.`;
}
