import { ACTIONS, FIELDS, flagOf } from "./fields.mjs";
import { MODELS } from "./models.mjs";

const VALUES = { config: " FILE", runs: " FOLDER" };

export function help() {
  const models = Object.entries(MODELS).map(([name, { about, defaults }]) => {
    const told = Object.entries(defaults).map(([field, value]) => `${flagOf(field)} ${value}`);
    return `  ${name.padEnd(8)} ${about}\n           ${told.join(" ")}`;
  });
  const flags = Object.entries({ ...FIELDS, ...ACTIONS }).map(([name, { flag, words, number, help }]) => {
    const value = flag ? "" : words ? ` ${words.join("|")}` : number ? " N" : (VALUES[name] ?? " NAME");
    return `  ${`${flagOf(name)}${value}`.padEnd(28)} ${help}`;
  });
  return `npm run train -- --model MODEL [flags]: trains one of the models with fit, and keeps what it does in runs/NAME.

  npm run train -- --model mnist --quick                 does it work here? about a minute
  npm run train -- --model mnist --cell gru              digits, 10 epochs, in runs/mnist-gru
  npm run train -- --name mnist-gru --resume             goes on after Ctrl-C, kill -9 or a power cut
  npm run train -- --name mnist-gru --resume --epochs 20 trains it further
  npm run train -- --config my.json --seed 3             settings from a file, a flag beside it
  npm run train -- --name char-lstm --resume --sample 999  a trained model of characters writes again

Models, and what they are trained with unless told:
${models.join("\n")}

Flags; a config file has the same names in camel case, {"model": "char", "batchSize": 32}:
${flags.join("\n")}

In runs/NAME: config.json (the settings), checkpoint-… (the last three, and the best by the validation loss), history.csv
(a line an epoch). Ctrl-C ends a training within a step and writes a checkpoint. One that is resumed ends with the
numbers of one that was never stopped, bit for bit on the same number of cores. The same seed gives the same numbers.

Data are looked for in UNROLL_DATA, then in ../shared/data beside the clone; MNIST's also in your cache and on mirrors,
and where there is none, digits drawn by the program take their place. Ends with 1 when a training fails, 2 for a wrong
flag or config, 130 after Ctrl-C.`;
}
