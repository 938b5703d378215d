import { CompileError } from "../errors";

/** Reads a line of text from left to right. */
export class Cursor {
  private position = 0;

  constructor(
    private readonly line: string,
    private readonly lineNumber: number,
  ) {}

  /** The text at the cursor that matches; undefined, and the cursor stays, if it does not match. */
  take(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern.source, "y");
    sticky.lastIndex = this.position;
    const found = sticky.exec(this.line)?.[0];
    this.position += found?.length ?? 0;
    return found;
  }

  /** @throws CompileError when the text at the cursor does not match */
  expect(pattern: RegExp, what: string): string {
    const found = this.take(pattern);
    if (found === undefined) throw this.error(`expected ${what}`);
    return found;
  }

  /** Items between an opening and a closing text, with commas between them. */
  list<T>(open: RegExp, close: RegExp, item: () => T): T[] {
    this.expect(open, `a list that begins with ${open.source}`);
    const items: T[] = [];
    while (this.take(close) === undefined) {
      if (items.length > 0) this.expect(/, ?/, "a comma or the end of the list");
      items.push(item());
    }
    return items;
  }

  error(problem: string): CompileError {
    const rest = this.line.slice(this.position);
    return new CompileError(`parseTrace: line ${this.lineNumber}: ${problem}, got ${JSON.stringify(rest)}`);
  }
}
