"""What a kernel said while a notebook ran; the verdict is made of it elsewhere (verdict.mjs)."""

from dataclasses import asdict, dataclass, field
from typing import Any

CLAIMS_MIME = "application/vnd.unroll.claims+json"


@dataclass
class Facts:
    """Every field is plain data; `execute.py` prints them as JSON."""

    seconds: float = 0.0
    failed_cell: int | None = None  # its reply was not "ok"; tslab sends no error output
    died: bool = False
    timed_out: bool = False
    not_started: str | None = None
    streams: list[dict[str, Any]] = field(default_factory=list)  # {name, cell, text}; cell: the last one begun
    claims: list[dict[str, str]] = field(default_factory=list)
    kernel_log: str = ""  # what the kernel's process wrote past Jupyter

    current_cell: int | None = None

    def listen(self, message: dict[str, Any]) -> None:
        """Takes down one message of the kernel's output channel."""
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "stream":
            self._stream(content["name"], content["text"])
        elif kind in ("display_data", "update_display_data"):
            self.claims += content["data"].get(CLAIMS_MIME, {}).get("claims", [])

    def _stream(self, name: str, text: str) -> None:
        last = self.streams[-1] if self.streams else None
        if last and last["name"] == name and last["cell"] == self.current_cell:
            last["text"] += text
        else:
            self.streams.append({"name": name, "cell": self.current_cell, "text": text})

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
