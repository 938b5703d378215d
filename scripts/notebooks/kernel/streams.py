"""What a kernel printed, in order: all of it up to a limit, past that its beginning and its end."""

from collections import deque
from itertools import groupby
from typing import Any

KEPT = 1_000_000  # characters; a notebook of half as many bytes is too large to be committed


class Streams:
    def __init__(self, kept: int = KEPT) -> None:
        self.kept, self.printed = kept, 0
        self._head: list[tuple[str, int | None, str]] = []  # name, cell, text
        self._tail: deque[tuple[str, int | None, str]] = deque()
        self._head_room = self._tail_room = kept // 2

    def add(self, name: str, cell: int | None, text: str) -> bool:
        """Takes down a text. False when more was printed than is kept."""
        self.printed += len(text)
        begins, goes_on = text[: self._head_room], text[self._head_room :]
        if begins:
            self._head.append((name, cell, begins))
            self._head_room -= len(begins)
        if goes_on:
            self._tail.append((name, cell, goes_on))
            self._tail_room -= len(goes_on)
        while self._tail_room < 0:
            oldest = self._tail.popleft()
            self._tail_room += len(oldest[2])
            if self._tail_room > 0:  # only a part of it had to go
                self._tail.appendleft((*oldest[:2], oldest[2][-self._tail_room :]))
                self._tail_room = 0
        return self.printed <= self.kept

    @property
    def left_out(self) -> int:
        """Characters between the beginning and the end that were not kept."""
        return max(0, self.printed - self.kept)

    def pieces(self) -> list[dict[str, Any]]:
        """What is kept, one piece for what one stream of one cell printed without a break."""
        runs = groupby([*self._head, *self._tail], key=lambda piece: piece[:2])
        return [
            {"name": name, "cell": cell, "text": "".join(text for *_, text in run)} for (name, cell), run in runs
        ]
