"""Runs one notebook in a kernel of its own and takes down what happened."""

import asyncio
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any, BinaryIO

import nbformat
from facts import Facts
from kernel import started_kernel
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

LINGER = 2.0  # seconds in which timers and lost promises of the last cell may still fail
ATTEMPTS = 3  # to start a kernel: another program may take its port first
LOG_BYTES = 20_000


class CellFailed(Exception):
    """A cell's reply was not "ok"."""


async def run_cells(client: NotebookClient, facts: Facts) -> None:
    """Executes the cells in order up to the first whose reply is not ok."""
    replies: list[dict[str, Any]] = []
    client.on_cell_executed = lambda cell, cell_index, execute_reply: replies.append(execute_reply)
    for index, cell in enumerate(client.nb.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        facts.current_cell = index
        await client.async_execute_cell(cell, index)
        reply = replies.pop()["content"]
        cell.execution_count = reply.get("execution_count")
        if reply["status"] != "ok":
            facts.failed_cell = index
            raise CellFailed


async def linger(client: NotebookClient) -> None:
    """Listens on after the last cell."""
    end = time.monotonic() + LINGER
    while (left := end - time.monotonic()) > 0:
        with suppress(Empty):
            await client.kc.iopub_channel.get_msg(timeout=min(left, 0.25))
        if not await client.km.is_alive():
            raise DeadKernelError("Kernel died after the last cell")


async def run_within(limit: float, client: NotebookClient, facts: Facts) -> None:
    """Runs all cells; a run past its limit is left where it stands, for the kernel is killed next."""

    async def run() -> None:
        await run_cells(client, facts)
        await linger(client)

    work = asyncio.ensure_future(run())
    try:
        done, _ = await asyncio.wait({work}, timeout=limit)
        facts.timed_out = not done
        if done:
            work.result()
    except DeadKernelError:
        facts.died = True
    except CellFailed:
        pass
    finally:
        work.cancel()  # nbclient takes a cancelled cell for a dead kernel
        with suppress(asyncio.CancelledError, DeadKernelError, CellFailed):
            await work


async def attempt(notebook: nbformat.NotebookNode, folder: Path, limit: float, log: BinaryIO) -> Facts:
    facts = Facts()
    name = notebook.metadata.get("kernelspec", {}).get("name", "tslab")
    began, start_up, started = time.monotonic(), 0, False
    try:
        async with started_kernel(name, folder, log, facts.listen) as (manager, kc):
            started = True
            start_up = os.fstat(log.fileno()).st_size  # tslab may complain while it binds its sockets
            client = NotebookClient(notebook, km=manager, allow_errors=True, record_timing=False)
            client.kc = kc
            await run_within(limit, client, facts)
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        if started:
            facts.broken_off = what
        else:  # no kernel spec, a kernel that never answers
            facts.not_started = what
    facts.seconds = round(time.monotonic() - began, 2)
    log.seek(max(start_up, os.fstat(log.fileno()).st_size - LOG_BYTES))
    facts.kernel_log = log.read().decode(errors="replace")
    return facts


async def execute(source: Path, target: Path, limit: float) -> Facts:
    """Runs `source`; `target` gets it with what its cells showed, also when it failed half-way.

    Only a kernel that did not start is tried again: a notebook whose cells have run is never run twice.
    """
    notebook = nbformat.read(source, as_version=4)
    for _ in range(ATTEMPTS):
        with tempfile.TemporaryFile() as log:
            facts = await attempt(notebook, source.parent, limit, log)
        if facts.not_started is None:
            break
    nbformat.write(notebook, target)
    return facts
