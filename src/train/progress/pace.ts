/** Measures how fast a training goes. */
export class Pace {
  private steps = 0;
  private began: number | undefined;
  private pausedSeconds = 0;

  /** Counts a step. The first step only starts the clock, because it may include compiling. */
  stepped(): void {
    if (this.began === undefined) this.began = performance.now();
    else this.steps++;
  }

  /** Excludes seconds from the speed that were not spent on training. */
  paused(seconds: number): void {
    if (this.began !== undefined) this.pausedSeconds += seconds;
  }

  get stepsPerSecond(): number {
    const seconds = this.elapsed() - this.pausedSeconds;
    return this.steps === 0 || seconds <= 0 ? 0 : this.steps / seconds;
  }

  secondsLeft(steps: number): number | undefined {
    return this.steps === 0 ? undefined : (this.elapsed() / this.steps) * steps;
  }

  private elapsed(): number {
    return this.began === undefined ? 0 : (performance.now() - this.began) / 1000;
  }
}
