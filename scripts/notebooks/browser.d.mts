export function findBrowser(): string;

export interface Page {
  goto(url: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
}

export function withPage<T>(
  task: (page: Page) => Promise<T>,
  options?: { signal?: AbortSignal; limit?: number },
): Promise<T>;
