"""What a kernel said while a notebook ran; the verdict is made of it elsewhere (verdict.mts)."""

from dataclasses import dataclass, field
from typing import Any

from streams import Streams

CLAIMS_MIME = "application/vnd.unroll.claims+json"


@dataclass
class Facts:
    """`serve.py` prints them as JSON."""

    seconds: float = 0.0
    failed_cell: int | None = None  # its reply was not "ok"; tslab sends no error output
    died: bool = False
    timed_out: bool = False
    not_started: str | None = None
    broken_off: str | None = None  # what went wrong in running it, past what the notebook itself did
    streams: Streams = field(default_factory=Streams)  # cell: the last one begun
    claims: list[dict[str, str]] = field(default_factory=list)
    kernel_log: str = ""  # what the kernel's process wrote past Jupyter

    current_cell: int | None = None

    def listen(self, message: dict[str, Any]) -> bool:
        """Takes down one message of the kernel's output channel. False when nobody need keep it."""
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "stream":
            return self.streams.add(content["name"], self.current_cell, content["text"])
        if kind in ("display_data", "update_display_data"):
            self.claims += content["data"].get(CLAIMS_MIME, {}).get("claims", [])
        return True

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "streams": self.streams.pieces(), "left_out": self.streams.left_out}
