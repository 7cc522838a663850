"""Applies the JSON Patch operations (RFC 6902) that fixes use: add, remove and replace."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from data.claims import Claim

Operation = Mapping[str, Any]


class PatchError(ValueError):
    """An operation does not fit the document; the message names its place."""


def add(path: str, value: Any) -> dict[str, Any]:
    return {"op": "add", "path": path, "value": value}


def replace(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def remove(path: str) -> dict[str, Any]:
    return {"op": "remove", "path": path}


def patch_claim(claim: Claim, operations: Sequence[Operation]) -> Claim:
    """The changed claim; raises PatchError, or ValidationError when the result is no claim."""
    document = claim.model_dump(mode="json")
    for operation in copy.deepcopy(list(operations)):
        _apply_in_place(document, operation)
    return Claim.model_validate(document)


def apply_operation(document: Any, operation: Operation) -> Any:
    """A new document; the old one stays as it was."""
    changed = copy.deepcopy(document)
    _apply_in_place(changed, operation)
    return changed


def _apply_in_place(document: Any, operation: Operation) -> None:
    path = str(operation["path"])
    *parents, last = _split(path)
    target = document
    for name in parents:
        target = _step(target, name, path)
    if isinstance(target, list):
        _change_list(target, last, operation)
    elif isinstance(target, dict):
        _change_object(target, last, operation)
    else:
        raise PatchError(f"{path}: there is nothing to change")


def _split(path: str) -> list[str]:
    if not path.startswith("/"):
        raise PatchError("a path starts with a slash")
    return [part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/")]


def _step(target: Any, name: str, path: str) -> Any:
    if isinstance(target, list):
        return target[_index(name, len(target) - 1, path)]
    if isinstance(target, dict) and name in target:
        return target[name]
    raise PatchError(f"{path}: there is no such place")


def _change_list(target: list[Any], name: str, operation: Operation) -> None:
    path, kind = operation["path"], operation["op"]
    if kind == "add":
        place = len(target) if name == "-" else _index(name, len(target), path)
        target.insert(place, operation["value"])
    elif kind == "replace":
        target[_index(name, len(target) - 1, path)] = operation["value"]
    elif kind == "remove":
        del target[_index(name, len(target) - 1, path)]
    else:
        raise PatchError(f"{kind} is not supported")


def _change_object(target: dict[str, Any], name: str, operation: Operation) -> None:
    path, kind = operation["path"], operation["op"]
    if kind not in ("add", "replace", "remove"):
        raise PatchError(f"{kind} is not supported")
    if kind != "add" and name not in target:
        raise PatchError(f"{path}: there is no such place")
    if kind == "remove":
        del target[name]
    else:
        target[name] = operation["value"]


def _index(name: str, largest: int, path: str) -> int:
    if not name.isdecimal() or int(name) > largest or (len(name) > 1 and name[0] == "0"):
        raise PatchError(f"{path}: there is no such place")
    return int(name)
