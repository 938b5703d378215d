import { type NumericArray, numericArray } from "../../array";
import { checkOptions } from "../../check-options";
import { checkWhole, DataError } from "../../errors";
import { type TokenIds, wholeIdsOf } from "../tokenizer";

export interface TextWindowsOptions {
  /** Ids in a window. Required. */
  nSteps: number;
  /** The ids from the begin of one window to the begin of the next. Default: nSteps, each id is in one window. */
  stride?: number;
}

/** Windows of a text, and the ids that follow each of theirs. */
export interface TextWindows {
  /** `[windows, nSteps]` */
  readonly x: NumericArray<Int32Array, 2>;
  /** `[windows, nSteps]`: x one id later. */
  readonly y: NumericArray<Int32Array, 2>;
}

/**
 * Windows of an encoded text as examples that `fit` shuffles: each begins without a state. (`streams` cuts a text for
 * stateful training, in order; `slidingWindows` is for series of measurements.)
 *
 *   x[i, t] = ids[i·stride + t]
 *   y[i, t] = ids[i·stride + t + 1]        for i while the last target is in the text
 *
 * @example
 *   const text = "hello, hello. ".repeat(10);
 *   const { x, y } = textWindows(characterTokenizer(text).encode(text), { nSteps: 20 }); // int32 [6, 20]
 *
 * @throws DataError for a text of fewer than nSteps + 1 ids, an id that is no whole number from 0 up, or an option out of range
 */
export function textWindows(ids: TokenIds, options: TextWindowsOptions): TextWindows {
  checkOptions("textWindows", options, ["nSteps", "stride"]);
  const list = wholeIdsOf("textWindows", ids);
  const { nSteps, stride = nSteps } = options;
  checkWhole("textWindows", "nSteps", nSteps, 1);
  checkWhole("textWindows", "stride", stride, 1);
  const count = Math.floor((list.length - nSteps - 1) / stride) + 1;
  if (count < 1) {
    throw new DataError("textWindows", "ids", `at least nSteps + 1 = ${nSteps + 1} ids`, `${list.length}`);
  }
  const cut = (ahead: number) => {
    const data = new Int32Array(count * nSteps);
    for (let i = 0; i < count; i++) {
      for (let t = 0; t < nSteps; t++) data[i * nSteps + t] = list[i * stride + t + ahead] as number;
    }
    return numericArray(data, [count, nSteps]);
  };
  return { x: cut(0), y: cut(1) };
}
