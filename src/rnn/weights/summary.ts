import type * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { ArgumentError } from "../errors";

/** One weight of a model. */
export interface SummaryRow {
  readonly name: string;
  readonly shape: string;
  readonly parameters: number;
}

interface Part {
  readonly variables: readonly tf.Variable[];
  readonly weights?: RNNCell["weights"];
}

/**
 * Lists the weights of a model as a table: one row for each weight with its name, shape and number of parameters, and a
 * last row with the total.
 *
 * @example
 *   const cell = new BasicRNNCell({ inputSize: 28, numUnits: 150 });
 *   const head = new Dense({ inputSize: 150, outputSize: 10 });
 *   console.table(summary({ rnn: cell, dense: head }));
 *
 * @param parts cells and layers by name. The name of each row begins with the name of its part
 * @throws ArgumentError when there are no parts
 */
export function summary(parts: Readonly<Record<string, Part>>): SummaryRow[] {
  if (Object.keys(parts).length === 0) {
    throw new ArgumentError("summary", "parts", "cells or layers by name", "none");
  }
  const rows = Object.entries(parts).flatMap(([part, { weights, variables }]) => {
    const named = weights ?? Object.fromEntries(variables.map((variable, i) => [`${i}`, variable]));
    return Object.entries(named).map(([name, { shape, size }]) => ({
      name: `${part}/${name}`,
      shape: `[${shape.join(", ")}]`,
      parameters: size,
    }));
  });
  const parameters = rows.reduce((sum, row) => sum + row.parameters, 0);
  return [...rows, { name: "total", shape: "", parameters }];
}
