/** A list of things of which the ones used last are kept: where there are too many, the one that was used longest ago is let go. */
export class RecentlyUsed<Kept> {
  /** The one that was used last comes last. */
  private readonly all: Kept[] = [];

  /** @param letGo called for each thing that is no longer kept */
  constructor(
    readonly most: number,
    private readonly letGo: (kept: Kept) => void,
  ) {}

  get size(): number {
    return this.all.length;
  }

  /** The thing that `is` says it is, which is now the one used last. */
  find(is: (kept: Kept) => boolean): Kept | undefined {
    for (let i = this.all.length - 1; i >= 0; i--) {
      const kept = this.all[i] as Kept;
      if (!is(kept)) continue;
      if (i < this.all.length - 1) this.all.push(...this.all.splice(i, 1));
      return kept;
    }
    return undefined;
  }

  /** Makes room for another thing. @returns whether one was let go for it */
  makeRoom(): boolean {
    if (this.all.length < this.most) return false;
    while (this.all.length >= this.most) this.letGo(this.all.shift() as Kept);
    return true;
  }

  /** Keeps another thing, for which there is room. */
  add(kept: Kept): void {
    this.all.push(kept);
  }

  /** Lets go of all things that `is` says so. Default: of all. */
  remove(is: (kept: Kept) => boolean = () => true): void {
    for (let i = this.all.length - 1; i >= 0; i--) {
      if (is(this.all[i] as Kept)) this.letGo(this.all.splice(i, 1)[0] as Kept);
    }
  }
}
