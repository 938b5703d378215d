"""A kernel of one's own: started in a folder, listened to, and killed with all its children."""

import asyncio
import os
import signal
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, AsyncIterator, BinaryIO, Callable

import psutil
from jupyter_client import AsyncKernelManager
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel

Listener = Callable[[dict[str, Any]], bool]


class ListeningChannel(AsyncZMQSocketChannel):
    """Tells a listener of every message that anyone takes from the channel.

    nbclient drops what does not belong to the cell it waits for; a rejection between two cells would be lost.
    What the listener says nobody need keep becomes a message that says nothing: nbclient keeps all it gets.
    """

    listener: Listener | None = None

    async def get_msg(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        message = await super().get_msg(*args, **kwargs)
        if self.listener is None or self.listener(message):
            return message
        header = {**message["header"], "msg_type": "status"}
        return {**message, "header": header, "msg_type": "status", "content": {"execution_state": "busy"}}


class ListeningClient(AsyncKernelClient):
    iopub_channel_class = ListeningChannel  # type: ignore[assignment]


def kill_tree(pid: int) -> None:
    """Kills a kernel, its process group (it leads one) and its descendants that left the group."""
    with suppress(psutil.NoSuchProcess):
        kernel = psutil.Process(pid)
        for process in [*kernel.children(recursive=True), kernel]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


@asynccontextmanager
async def started_kernel(
    name: str, folder: Path, log: BinaryIO, listener: Listener
) -> AsyncIterator[tuple[AsyncKernelManager, ListeningClient]]:
    """Starts a kernel that answers, and ends it whatever happens. Its own stdout and stderr go to `log`."""
    manager = AsyncKernelManager(kernel_name=name, client_factory=ListeningClient)
    starting = asyncio.ensure_future(manager.start_kernel(cwd=str(folder), stdout=log, stderr=log))
    client: ListeningClient | None = None
    try:
        await asyncio.shield(starting)
        client = manager.client()
        client.iopub_channel.listener = listener
        client.start_channels()
        await client.wait_for_ready(timeout=60)
        client.allow_stdin = False
        yield manager, client
    finally:
        if client is not None:
            client.stop_channels()
        with suppress(Exception):
            await starting  # cancelled while it starts, a kernel would live on unknown
            kill_tree(manager.provisioner.pid)
        await manager.cleanup_resources()
