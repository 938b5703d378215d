/** A pair of neighbouring tokens, how often it stands in the corpus, and the words that have it. */
export interface QueuedPair {
  first: number;
  second: number;
  count: number;
  words: readonly number[];
}

/** Whether a comes before b: the more frequent pair, then the pair of smaller ids, as in Python's `tokenizers`. */
function isBefore(a: QueuedPair, b: QueuedPair): boolean {
  if (a.count !== b.count) return a.count > b.count;
  return a.first !== b.first ? a.first < b.first : a.second < b.second;
}

/** A binary heap of pairs: the most frequent pair leaves first. */
export class PairQueue {
  private readonly heap: QueuedPair[] = [];

  push(pair: QueuedPair): void {
    const { heap } = this;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as QueuedPair;
      if (!isBefore(pair, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = pair;
  }

  pop(): QueuedPair | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as QueuedPair, heap[child] as QueuedPair)) child++;
      if (!isBefore(heap[child] as QueuedPair, last)) break;
      heap[at] = heap[child] as QueuedPair;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
