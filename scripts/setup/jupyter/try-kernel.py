"""Starts the registered TypeScript kernel, has it compute, and ends it."""
import nbformat
from nbclient import NotebookClient

cell = nbformat.v4.new_code_cell("const answer: number = 6 * 7;\nconsole.log(`kernel says ${answer}`);")
notebook = nbformat.v4.new_notebook(cells=[cell])
NotebookClient(notebook, kernel_name="tslab", timeout=120, startup_timeout=60).execute()
print("".join(output.get("text", "") for output in cell.outputs))
