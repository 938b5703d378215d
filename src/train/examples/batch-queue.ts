import { ArgumentError } from "../../rnn";
import type { ArgumentLocation } from "../checks";
import { bytesOf, copied, overlap, viewsIn } from "./own-memory";

/** How many batches may be held at once: the one that is trained, and those that are asked for in advance. */
const HELD = 3;

/** So many calls follow one another. When the next one begins, three batches have come, which tells whether two or fewer take turns in one memory. */
const ALONE = HELD + 2;

/** A batch that came: its memory, our copy of it, and the times at which it was asked for and came. */
interface Arrived {
  readonly number: number;
  readonly views: readonly ArrayBufferView[];
  readonly copies: readonly ArrayBufferView[];
  readonly came: number;
}

/**
 * Asks for batches, each a copy of what was given: a function that fills the same memory for each batch would overwrite those
 * that are asked for in advance.
 *
 * The first calls follow one another. When the batches have memory of their own, later ones overlap, so that several files are
 * read at once; otherwise no call begins before the batch of the call before was copied.
 */
export class BatchQueue<T> {
  private readonly requested = new Map<number, Promise<T>>();
  private readonly arrived: Arrived[] = [];
  private count = 0;
  private mayOverlap = true;
  private before: Promise<unknown> = Promise.resolve();
  private now = 0;

  constructor(
    private readonly location: ArgumentLocation,
    private readonly batch: (number: number) => T | Promise<T>,
  ) {}

  /** Asks for a batch, unless it was asked for before. */
  request(number: number): Promise<T> {
    const known = this.requested.get(number);
    if (known !== undefined) return known;
    const isAlone = !this.mayOverlap || this.count < ALONE;
    const begin = isAlone ? this.before : Promise.resolve();
    this.count++;
    const made = begin.then(() => {
      const asked = ++this.now;
      const given = this.batch(number);
      return given instanceof Promise
        ? given.then((each) => this.take(number, asked, each))
        : this.take(number, asked, given);
    });
    this.before = made.catch(() => undefined);
    made.catch(() => undefined); // whoever awaits the batch gets the error, which may be nobody
    this.requested.set(number, made);
    return made;
  }

  /** Forgets all batches but these. */
  keepOnly(numbers: readonly number[]): void {
    for (const number of this.requested.keys()) if (!numbers.includes(number)) this.requested.delete(number);
  }

  private take(number: number, asked: number, given: T): T {
    const batch = copied(given);
    const views = viewsIn(given);
    for (const other of this.arrived) this.compare(other, { number, asked, views });
    this.arrived.push({ number, views, copies: viewsIn(batch), came: ++this.now });
    if (this.arrived.length > HELD) this.arrived.shift();
    return batch;
  }

  /** @throws ArgumentError where two calls filled the same memory at the same time, so that the first batch may be both */
  private compare(
    other: Arrived,
    {
      number,
      asked,
      views,
    }: { readonly number: number; readonly asked: number; readonly views: readonly ArrayBufferView[] },
  ): void {
    const shared = other.views.findIndex((view) => views.some((each) => overlap(view, each)));
    if (shared < 0) return;
    this.mayOverlap = false;
    const isOverwritten = other.views.some(
      (view, i) =>
        views.some((each) => overlap(view, each)) && !bytesOf(view).equals(bytesOf(other.copies[i] as Uint8Array)),
    );
    if (asked > other.came || !isOverwritten) return;
    const { where, argument } = this.location;
    const expected =
      "memory of its own, as earlier batches had, or the same memory for each batch from the first one on";
    throw new ArgumentError(
      where,
      `${argument}.batch(${number})`,
      expected,
      `that of batch ${other.number}, which it overwrote`,
    );
  }
}
