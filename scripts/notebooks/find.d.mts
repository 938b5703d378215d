export function findNotebooks(names: string[], folder: string): string[];

export interface NotebookCell {
  readonly cell_type: string;
  readonly source: string | string[];
}

/** A notebook, as its file holds it. */
export interface NotebookDocument {
  readonly cells: readonly NotebookCell[];
}

/** A notebook, and what its metadata say about a run. */
export interface NotebookDescription {
  readonly name: string;
  readonly path: string;
  readonly shownPath: string;
  readonly declaredClaims: number | undefined;
  readonly alone: boolean;
  /** Seconds. */
  readonly timeLimit: number;
}

export function describeNotebook(path: string, profile: "quick" | "full", root: string): NotebookDescription;
export function readNotebook(path: string): NotebookDocument;
export function joined(text: string | string[] | undefined): string;
