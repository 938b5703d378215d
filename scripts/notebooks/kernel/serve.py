"""Executes notebooks on request, as many at a time as are asked for.

Reads a JSON object a line, `{"id", "notebook", "output", "limit"}`, and answers each in a line, `{"id", "facts"}` (see
facts.py) or `{"id", "error"}`. All kernels end with this process: when the requests end, at SIGINT or SIGTERM, and when
the asking process dies, which closes the requests as well.
"""

import asyncio
import json
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Iterator

from execute import execute


async def answer(request: dict[str, Any]) -> None:
    try:
        facts = await execute(Path(request["notebook"]), Path(request["output"]), request["limit"])
        reply = {"id": request["id"], "facts": facts.as_json()}
    except Exception as error:
        reply = {"id": request["id"], "error": f"{type(error).__name__}: {error}"}
    print(json.dumps(reply), flush=True)


def lines_of_stdin() -> Iterator[str]:
    """Past Python's own buffer: a thread that waits in it would keep the interpreter from ending."""
    rest = b""
    while part := os.read(0, 65_536):
        *lines, rest = (rest + part).split(b"\n")
        yield from (line.decode() for line in lines)


async def main() -> None:
    loop, stop, running = asyncio.get_running_loop(), asyncio.Event(), set()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, stop.set)

    def begin(line: str) -> None:
        task = asyncio.ensure_future(answer(json.loads(line)))
        running.add(task)
        task.add_done_callback(running.discard)

    def take_requests() -> None:
        with suppress(RuntimeError):  # the loop has ended
            for line in lines_of_stdin():
                loop.call_soon_threadsafe(begin, line)
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=take_requests, daemon=True).start()
    await stop.wait()
    for task in [*running]:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
