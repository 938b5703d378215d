/** A notebook as its file holds it. */
export interface NotebookDocument {
  cells: { cell_type: string; source: string | string[] }[];
}

export function fingerprint(document: NotebookDocument): string;
export function outputsDigest(document: NotebookDocument): string;
export function outputProblem(path: string): string | undefined;
