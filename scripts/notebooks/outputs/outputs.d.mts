/** A cell, as a notebook's file holds it. */
export interface Cell {
  cell_type: string;
  id?: string;
  source: string | string[];
  metadata?: Record<string, unknown>;
  execution_count?: number | null;
  outputs?: object[];
}

/** What a notebook of the book declares, and what `--write` notes of its outputs. */
export interface UnrollMetadata {
  claims?: number | { quick: number; full: number };
  outputs?: { fingerprint: string; digest?: string; profile: string; version?: string };
}

/** A notebook, as its file holds it. */
export interface NotebookDocument {
  cells: Cell[];
  metadata?: { kernelspec?: object; language_info?: object; unroll?: UnrollMetadata };
  nbformat?: number;
}

export function fingerprint(document: Pick<NotebookDocument, "cells">): string;
export function outputsDigest(document: Pick<NotebookDocument, "cells">): string;
export function ownMetadata(cell: Cell): Record<string, unknown>;
export function notebookText(document: NotebookDocument): string;
export function outputProblem(path: string): string | undefined;
