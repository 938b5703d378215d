import { checkOptions } from "../../arguments";
import { inNotebook, liveDisplay } from "../kernel";

export interface LiveTextOptions {
  /** A line above the text. Default: none. */
  readonly title?: string;
  /** What stands before the text, such as the prompt. Default: nothing. */
  readonly prompt?: string;
}

/** Shows a text that comes in pieces: `generate` of unroll/train takes it as `onText`. */
export interface LiveText {
  /** @param row the number of the text, where there are several. Default: 0. */
  (piece: string, row?: number): void;
  /** Shows what has not been shown yet. `generate` calls it. The next piece begins a new output. */
  end(): void;
}

const EVERY = 200; // milliseconds from one update to the next

/**
 * Shows a text while it is made: in a notebook one output that grows in place, at most five times a second, and that stays in
 * the file as plain text; elsewhere the pieces go to the terminal as they come (several texts when they are complete).
 *
 *   const { text } = await generate(model, tokenizer, { prompt: "HAMLET:", length: 500, onText: liveText() });
 */
export function liveText(options: LiveTextOptions = {}): LiveText {
  checkOptions("liveText", options, ["title", "prompt"]);
  const { title, prompt = "" } = options;
  const head = title === undefined ? "" : `${title}\n\n`;
  const isLive = inNotebook();
  let output = liveDisplay();
  let rows: string[] = [];
  let shown = Number.NEGATIVE_INFINITY;
  const whole = () => head + (rows.length > 0 ? rows : [""]).map((text) => prompt + text).join("\n\n———\n\n");
  const push = (piece: string, row = 0) => {
    if (!isLive && row === 0) process.stdout.write(rows.length === 0 ? head + prompt + piece : piece);
    while (rows.length <= row) rows.push("");
    rows[row] += piece;
    if (!isLive || performance.now() - shown < EVERY) return;
    shown = performance.now();
    output.update({ "text/plain": whole() });
  };
  const end = () => {
    if (isLive) output.update({ "text/plain": whole() });
    else
      process.stdout.write(
        `${rows
          .slice(1)
          .map((text) => `\n\n———\n\n${prompt}${text}`)
          .join("")}\n`,
      );
    [output, rows, shown] = [liveDisplay(), [], Number.NEGATIVE_INFINITY];
  };
  return Object.assign(push, { end });
}
