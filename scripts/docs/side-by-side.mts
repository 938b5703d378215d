/** A notebook's cell and the line chart below it, side by side, as an SVG in light or dark colours. */

/** What the picture shows of a figure: scatter traces on two axes. */
export interface Chart {
  readonly data: readonly {
    readonly name: string;
    readonly mode: string;
    readonly x: readonly number[];
    readonly y: readonly number[];
  }[];
  readonly layout: {
    readonly title: { readonly text: string };
    readonly xaxis: { readonly title: { readonly text: string } };
    readonly yaxis: { readonly title: { readonly text: string } };
    readonly meta?: { readonly alt?: string };
  };
}

interface Colors {
  readonly back: string;
  readonly panel: string;
  readonly text: string;
  readonly grid: string;
  readonly series: readonly string[];
}

export const THEMES: Readonly<Record<"light" | "dark", Colors>> = {
  light: {
    back: "#ffffff",
    panel: "#f4f5f7",
    text: "#24292f",
    grid: "#d8dde3",
    series: ["#0072B2", "#D55E00", "#009E73"],
  },
  dark: {
    back: "#0d1117",
    panel: "#161b22",
    text: "#d8dee6",
    grid: "#30363d",
    series: ["#56B4E9", "#E69F00", "#2BC79B"],
  },
};

const LINE = 17; // pixels from a line of code to the next
const CHARACTER = 6.63; // pixels, of a monospaced font of 11 pixels
const PAD = 16;
const PLOT = 420; // pixels of the chart's width

/** @param code the cell's source @param chart the figure below the cell */
export function pictureOf(code: string, chart: Chart, colors: Colors): string {
  const lines = code.split("\n");
  const codeWidth = Math.ceil(Math.max(...lines.map((line) => line.length)) * CHARACTER) + 2 * PAD;
  const [width, height] = [codeWidth + PLOT, Math.max(260, lines.length * LINE + 2 * PAD)];
  const text = lines.map(
    (line, i) => `<tspan x="${PAD}" y="${PAD + LINE * (i + 0.7)}" xml:space="preserve">${escaped(line)}</tspan>`,
  );
  const alt = escaped(chart.layout.meta?.alt ?? chart.layout.title.text);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${alt}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${colors.back}"/>`,
    `<rect width="${codeWidth}" height="${height}" rx="8" fill="${colors.panel}"/>`,
    `<text font-family="ui-monospace, Menlo, Consolas, monospace" font-size="11" fill="${colors.text}">${text.join("\n")}</text>`,
    `<g font-family="system-ui, sans-serif" font-size="12" fill="${colors.text}">`,
    ...chartParts(chart, colors, { left: codeWidth + 56, right: width - PAD, top: 58, bottom: height - 44 }),
    "</g></svg>\n",
  ].join("\n");
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function chartParts({ data, layout }: Chart, { grid, series }: Colors, box: Box): string[] {
  const { left, right, top, bottom } = box;
  const [xs, ys] = [ticksOf(data.flatMap(({ x }) => x)), ticksOf(data.flatMap(({ y }) => y))];
  const x = scaleTo(xs, left, right);
  const y = scaleTo(ys, bottom, top);
  const middle = (left + right) / 2;
  const colorOf = (i: number) => series[i % series.length];
  return [
    `<text x="${middle}" y="22" text-anchor="middle" font-size="14">${escaped(layout.title.text)}</text>`,
    ...ys.map(
      (tick) =>
        `<path d="M${left} ${y(tick)}H${right}" stroke="${grid}"/><text x="${left - 8}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`,
    ),
    ...xs.map((tick) => `<text x="${x(tick)}" y="${bottom + 18}" text-anchor="middle">${tick}</text>`),
    `<text x="${middle}" y="${bottom + 36}" text-anchor="middle">${escaped(layout.xaxis.title.text)}</text>`,
    `<text transform="translate(${left - 36} ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(layout.yaxis.title.text)}</text>`,
    ...data.map((trace, i) => {
      const points = trace.x.map((value, j) => [x(value), y(trace.y[j] as number)] as const);
      const line = `<polyline points="${points.map((point) => point.join(",")).join(" ")}" fill="none" stroke="${colorOf(i)}" stroke-width="1.5"/>`;
      const dots = points.map(([at, up]) => `<circle cx="${at}" cy="${up}" r="2.6"/>`);
      return `${trace.mode.includes("lines") ? line : ""}<g fill="${colorOf(i)}">${trace.mode.includes("markers") ? dots.join("") : ""}</g>`;
    }),
    ...data.map(
      ({ name }, i) =>
        `<circle cx="${left + 12 + i * 110}" cy="40" r="4" fill="${colorOf(i)}"/><text x="${left + 22 + i * 110}" y="44">${escaped(name)}</text>`,
    ),
  ];
}

/** Round numbers around the values, at most eight. */
function ticksOf(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const power = 10 ** Math.floor(Math.log10((most - least) / 4));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => (most - least) / each <= 6) ?? most - least;
  const first = Math.floor(least / step);
  return Array.from({ length: Math.ceil(most / step) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(6)),
  );
}

/** Maps the first tick to `from` and the last one to `to`, in pixels with one decimal. */
function scaleTo(ticks: readonly number[], from: number, to: number): (value: number) => number {
  const [first = 0, last = 1] = [ticks[0], ticks.at(-1)];
  return (value) => Number((from + ((value - first) / (last - first)) * (to - from)).toFixed(1));
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
