"""A trie of phrases: finds every phrase of a dictionary in a sequence of words in one pass."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

Payload = TypeVar("Payload", bound=Hashable)


class Match(NamedTuple, Generic[Payload]):
    """The phrase at words [first, last), with everything that it stands for."""

    first: int
    last: int
    payloads: tuple[Payload, ...]


@dataclass(slots=True)
class _Node(Generic[Payload]):
    children: "dict[str, _Node[Payload]]" = field(default_factory=dict)
    payloads: tuple[Payload, ...] = ()


class Trie(Generic[Payload]):
    """Phrases as word sequences; one phrase may stand for several things."""

    def __init__(self, phrases: Iterable[tuple[Sequence[str], Payload]]) -> None:
        self._root: _Node[Payload] = _Node()
        for words, payload in phrases:
            self._add(words, payload)

    def _add(self, words: Sequence[str], payload: Payload) -> None:
        if not words:
            raise ValueError("a phrase has words")
        node = self._root
        for word in words:
            node = node.children.setdefault(word, _Node())
        if payload not in node.payloads:
            node.payloads += (payload,)

    def find(self, words: Sequence[str], groups: Sequence[int]) -> Iterator[Match[Payload]]:
        """All matches, overlapping ones too, in order of their start; none crosses from one group to the next."""
        for first, word in enumerate(words):
            node = self._root.children.get(word)
            last = first + 1
            while node is not None:
                if node.payloads:
                    yield Match(first, last, node.payloads)
                if last >= len(words) or groups[last] != groups[first]:
                    break
                node = node.children.get(words[last])
                last += 1


def drop_contained(matches: Iterable[Match[Payload]]) -> list[Match[Payload]]:
    """Without the matches that lie inside a longer one; matches come in order of their start."""
    kept: list[Match[Payload]] = []
    for match in matches:
        while kept and kept[-1].first >= match.first and kept[-1].last <= match.last:
            kept.pop()
        if not kept or match.last > kept[-1].last:
            kept.append(match)
    return kept
