import { checkOptions } from "../../arguments";
import { COLORS, type Figure } from "../figure";
import { titled } from "../layout";
import { type DrawnNode, type Edge, layOut, type Placed } from "./graph-layout";

export interface GraphDiagramOptions {
  readonly title: string;
}

/** The kinds of nodes by colour, the first that fits; all others are "other operations". */
const KINDS: readonly { readonly name: string; readonly ops: RegExp }[] = [
  { name: "inputs and outputs", ops: /^Placeholder$/ },
  { name: "weights", ops: /^(VarHandleOp|ReadVariableOp|Assign\w+|ResourceApply\w+)$/ },
  { name: "matrix products", ops: /^(MatMul|BatchMatMulV2|Conv2D)$/ },
  { name: "the loop", ops: /^(Enter|Merge|Switch|LoopCond|Less|NextIteration|Exit)$/ },
];
const OTHERS = "other operations";
const LINE = "#999999";

/**
 * Draws a graph of operations, from its inputs on the left to its outputs on the right: a point for each node, a line from
 * each node to those that read it. Lines that lead back, from one iteration of a loop to the next, are drawn as arcs below.
 * Constants are left out. A point tells its name and operation when the mouse is on it.
 *
 *   const { nodes } = graphOf(lastState, [x], { variables: cell.variables });
 *   show(graphDiagram(nodes, { title: "A dynamic graph" }));
 *
 * @throws RangeError when there is no node
 */
export function graphDiagram(nodes: readonly DrawnNode[], options: GraphDiagramOptions): Figure {
  checkOptions("graphDiagram", options, ["title"]);
  if (nodes.length === 0) throw new RangeError("nodes: expected at least one node, got none");
  const { placed, edges } = layOut(nodes);
  const { title, top } = titled(options.title);
  const axis = { visible: false };
  const back = edges.filter(({ isBack }) => isBack);
  const lowest = Math.min(...placed.map(({ y }) => y));
  return {
    data: [
      lines(edges.filter(({ isBack }) => !isBack).map(straight), { color: LINE, width: 0.7 }),
      ...(back.length === 0
        ? []
        : [
            {
              ...lines(
                back.map((edge) => arc(edge, lowest)),
                { color: COLORS[1], width: 2 },
              ),
              name: "to the next iteration",
              showlegend: true,
            },
          ]),
      ...[...KINDS.map(({ name }) => name), OTHERS].flatMap((kind, i) =>
        points(
          placed.filter(({ node }) => kindOf(node) === kind),
          kind,
          i,
        ),
      ),
    ],
    layout: {
      meta: { alt: altOf(options.title, nodes, back.length) },
      title,
      xaxis: axis,
      yaxis: axis,
      plot_bgcolor: "#ffffff",
      legend: { orientation: "h" },
      height: 344 + top,
      margin: { l: 16, r: 16, t: top, b: 16 },
    },
  };
}

const kindOf = ({ op, name }: DrawnNode): string =>
  /^output_\d+$/.test(name) ? "inputs and outputs" : (KINDS.find(({ ops }) => ops.test(op))?.name ?? OTHERS);

/** The nodes of a kind, where there are any. */
function points(placed: readonly Placed[], name: string, color: number) {
  if (placed.length === 0) return [];
  const text = placed.map(({ node }) =>
    node.name.split("/").at(-1)?.startsWith(node.op) ? node.name : `${node.name} (${node.op})`,
  );
  const marker = { size: 7, color: name === OTHERS ? "#666666" : COLORS[[0, 2, 3, 1][color] as number] };
  const at = { x: placed.map(({ x }) => x), y: placed.map(({ y }) => y) };
  return [{ type: "scatter", mode: "markers", name, ...at, text, hovertemplate: "%{text}<extra></extra>", marker }];
}

type Line = readonly (readonly [x: number, y: number])[];

/** Lines in one trace, with a gap after each. */
function lines(all: readonly Line[], line: object) {
  const points = all.flatMap((each) => [...each, [null, null] as const]);
  const at = { x: points.map(([x]) => x), y: points.map(([, y]) => y) };
  return { type: "scatter", mode: "lines", ...at, line, hoverinfo: "skip", showlegend: false };
}

const straight = ({ from, to }: Edge): Line => [
  [from.x, from.y],
  [to.x, to.y],
];

/** Half an ellipse below all nodes. */
function arc({ from, to }: Edge, lowest: number): Line {
  const [middle, radius] = [(from.x + to.x) / 2, (from.x - to.x) / 2];
  return Array.from({ length: 21 }, (_, i) => {
    const share = i / 20;
    const start = from.y + (to.y - from.y) * share;
    const depth = (start - lowest + 1.5) * Math.sin(Math.PI * share);
    return [middle + radius * Math.cos(Math.PI * share), start - depth];
  });
}

/** The figure for who cannot see it. */
function altOf(title: string, nodes: readonly DrawnNode[], back: number): string {
  const counts = new Map<string, number>();
  for (const node of nodes) if (node.op !== "Const") counts.set(kindOf(node), (counts.get(kindOf(node)) ?? 0) + 1);
  const told = [...counts].map(([kind, count]) => `${count} of ${kind}`).join(", ");
  const loops =
    back === 0
      ? "No line leads back"
      : `${back} ${back === 1 ? "line leads" : "lines lead"} back to the next iteration of a loop`;
  return `Graph. ${title}. Nodes without constants: ${told}. ${loops}.`;
}
