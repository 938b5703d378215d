export function findNotebooks(names: string[], folder: string): string[];
