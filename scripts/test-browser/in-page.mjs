/**
 * Functions that run inside JupyterLab's page; each is sent as text, and so uses nothing from outside itself. The page
 * exposes its application as `jupyterapp`.
 */

/** What the notebook in front holds and does: its kernel, and each code cell with its outputs. */
export function notebookState() {
  const panel = globalThis.jupyterapp?.shell?.currentWidget;
  const kernel = panel?.sessionContext?.session?.kernel;
  if (!panel?.content?.model || !kernel) return { ready: false };
  const cells = panel.content.widgets.flatMap((cell, index) => {
    if (cell.model.type !== "code") return [];
    const outputs = cell.model.outputs.toJSON().map((output) => ({
      type: output.output_type,
      name: output.name,
      text: output.output_type === "stream" ? [output.text].flat().join("") : (output.evalue ?? ""),
      mimes: Object.keys(output.data ?? {}),
      claims: output.data?.["application/vnd.unroll.claims+json"]?.claims,
    }));
    return [{ index, count: cell.model.executionCount, running: cell.model.executionState === "running", outputs }];
  });
  const stuck = document.querySelector(".jp-Dialog")?.innerText;
  return { ready: panel.context.isReady && kernel.status !== "unknown", status: kernel.status, cells, dialog: stuck };
}

/** Brings a cell into view, as a reader scrolls to it. */
export async function scrollToCell(index) {
  await globalThis.jupyterapp.shell.currentWidget.content.scrollToItem(index, "center");
}

/** What a reader sees below a cell; undefined while the page has not drawn it. */
export function shownText(index) {
  const cell = globalThis.jupyterapp.shell.currentWidget.content.widgets[index];
  return cell?.node.querySelector(".jp-Cell-outputWrapper")?.innerText;
}

/**
 * The figures below a cell, as drawn: how many traces each was given, and how many marks of an area above 0 stand in its
 * plots. Titles, axes and legends are no marks.
 */
export function drawnFigures(index) {
  const cell = globalThis.jupyterapp.shell.currentWidget.content.widgets[index];
  const marks = ".mlayer path, .mlayer rect, .mlayer text, .mlayer image, .imagelayer image, .pielayer path, canvas";
  return [...cell.node.querySelectorAll(".js-plotly-plot")].map((figure) => {
    const seen = [...figure.querySelectorAll(marks)].filter((mark) => {
      const { width, height } = mark.getBoundingClientRect();
      return width > 0 || height > 0;
    });
    return { traces: figure.data?.length ?? 0, marks: seen.length, title: figure.layout?.title?.text ?? "" };
  });
}

/** How high all cells together are, as far as they have been in view. */
export function notebookHeight() {
  const { content } = globalThis.jupyterapp.shell.currentWidget;
  const inner = content.node.querySelector(".jp-WindowedPanel-inner") ?? content.node;
  return Math.ceil(inner.getBoundingClientRect().height);
}
