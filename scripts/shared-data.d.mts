/** The project's data folder beside the clone, or undefined after one line that says why there is none. */
export function sharedFolder(options?: { clone?: string; log?: (line: string) => void }): string | undefined;

export const PROOF: Readonly<Record<string, readonly [bytes: number, sha256: string]>>;
