"""What changed between two nouns of a kind, field by field."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field, JsonValue

from data.noun import Noun

# Lines keep their number when others come or go.
_KEY = "line_number"


class Difference(Noun):
    """`field` is a JSON pointer into the later value, or into the earlier one for what was removed.

    A list of plain values counts as one field. What was not there before, or is not there any more, is null.
    """

    field: str
    before: JsonValue = Field(default=None, repr=False)
    after: JsonValue = Field(default=None, repr=False)


def find_differences(before: Noun, after: Noun) -> tuple[Difference, ...]:
    """In the order of the fields."""
    return tuple(_compare(before.model_dump(mode="json"), after.model_dump(mode="json"), ""))


def _compare(before: Any, after: Any, path: str) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            yield from _compare(before.get(name), after.get(name), f"{path}/{_escape(name)}")
    elif _has_keys(before) and _has_keys(after):
        yield from _compare_keyed(before, after, path)
    else:
        yield Difference(field=path, before=before, after=after)


def _compare_keyed(before: list[Any], after: list[Any], path: str) -> Iterator[Difference]:
    old, new = ({item[_KEY]: (place, item) for place, item in enumerate(items)} for items in (before, after))
    for number in sorted(old.keys() | new.keys()):
        place = new[number][0] if number in new else old[number][0]
        first, second = (items[number][1] if number in items else None for items in (old, new))
        yield from _compare(first, second, f"{path}/{place}")


def _has_keys(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) and _KEY in item for item in value)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
