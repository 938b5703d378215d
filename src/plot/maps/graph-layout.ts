/** A node of a graph of operations, as `graphOf` of `unroll/compile` gives them. */
export interface DrawnNode {
  readonly name: string;
  readonly op: string;
  /** The nodes that it reads: `name`, `name:1` for a second output; `^name` only runs before. */
  readonly inputs: readonly string[];
}

/** A node and its place: the layer from left to right, and its place in the layer. */
export interface Placed {
  readonly node: DrawnNode;
  readonly x: number;
  readonly y: number;
}

/** A line from one node to another, which reads it. */
export interface Edge {
  readonly from: Placed;
  readonly to: Placed;
  /** Whether it leads back, from one iteration of a loop to the next. */
  readonly isBack: boolean;
}

/**
 * Places the nodes of a graph in layers, each to the right of all nodes that it reads (Sugiyama et al. 1981), without
 * constants. In each layer the nodes stand in the order of the middle of what they read, which keeps lines short.
 */
export function layOut(nodes: readonly DrawnNode[]): {
  readonly placed: readonly Placed[];
  readonly edges: readonly Edge[];
} {
  const drawn = nodes.filter(({ op }) => op !== "Const");
  const byName = new Map(drawn.map((node) => [node.name, node]));
  const reads = (node: DrawnNode) =>
    [
      ...new Set(node.inputs.filter((input) => !input.startsWith("^")).map((input) => input.split(":")[0] as string)),
    ].flatMap((name) => byName.get(name) ?? []);
  const ahead = (node: DrawnNode) => reads(node).filter(({ op }) => op !== "NextIteration");
  const layerOf = layersOf(drawn, ahead);
  const count = 1 + Math.max(-1, ...layerOf.values());
  const layers = Array.from({ length: count }, (_, x) => drawn.filter((node) => layerOf.get(node) === x));
  const places = new Map<DrawnNode, Placed>();
  for (const [x, layer] of layers.entries()) {
    const middleOf = (node: DrawnNode) => {
      const ys = ahead(node).map((input) => places.get(input)?.y ?? 0);
      return ys.length === 0 ? 0 : ys.reduce((sum, y) => sum + y, 0) / ys.length;
    };
    const ordered = layer.map((node) => ({ node, middle: middleOf(node) })).sort((a, b) => a.middle - b.middle);
    const middle = ordered.reduce((sum, each) => sum + each.middle, 0) / ordered.length;
    ordered.forEach(({ node }, i) => {
      places.set(node, { node, x, y: middle + i - (ordered.length - 1) / 2 });
    });
  }
  const at = (node: DrawnNode) => places.get(node) as Placed;
  const edges = drawn.flatMap((node) =>
    reads(node).map((input) => ({ from: at(input), to: at(node), isBack: input.op === "NextIteration" })),
  );
  return { placed: drawn.map(at), edges };
}

/** The layer of each node: one more than the largest layer of those that it reads. */
function layersOf(
  nodes: readonly DrawnNode[],
  reads: (node: DrawnNode) => readonly DrawnNode[],
): ReadonlyMap<DrawnNode, number> {
  const layers = new Map<DrawnNode, number>();
  const open = [...nodes].reverse();
  for (let node = open.at(-1); node !== undefined; node = open.at(-1)) {
    const missing = layers.has(node) ? [] : reads(node).filter((input) => !layers.has(input));
    if (missing.length > 0) open.push(...missing);
    else {
      open.pop();
      if (!layers.has(node))
        layers.set(node, 1 + Math.max(-1, ...reads(node).map((input) => layers.get(input) as number)));
    }
  }
  return layers;
}
