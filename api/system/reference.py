"""The reference under /docs: the OpenAPI document as one page, without scripts and without anything from elsewhere."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from api.openapi import PROBLEMS

_FOLDER = Path(__file__).parent


def _mark_code(text: str) -> Markup:
    return Markup(_QUOTED.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped just now


_QUOTED = re.compile(r"`([^`]+)`")
_PAGES = Environment(loader=FileSystemLoader(_FOLDER / "templates"), autoescape=True, undefined=StrictUndefined)
_PAGES.filters["mark_code"] = _mark_code

STYLE = (_FOLDER / "static" / "reference.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    place: str
    is_required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    description: str
    schema: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path. `schema` and `example` are of the body, empty without one."""

    method: str
    path: str
    name: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    schema: str
    example: str
    answers: tuple[Answer, ...]


def render_reference(document: Mapping[str, Any]) -> str:
    sections = [(tag, list(_operations(document, tag["name"]))) for tag in document["tags"]]
    schemas = {name: _pretty(schema) for name, schema in sorted(document["components"]["schemas"].items())}
    return _PAGES.get_template("reference.html").render(
        info=document["info"], sections=sections, schemas=schemas, problems=PROBLEMS.values()
    )


def _operations(document: Mapping[str, Any], tag: str) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            if described["tags"][-1] == tag:
                yield _to_operation(path, method, described)


def _to_operation(path: str, method: str, described: Mapping[str, Any]) -> Operation:
    body = _content(described.get("requestBody", {}))
    examples = body.get("schema", {}).get("examples") or body.get("examples") or []
    return Operation(
        method=method.upper(),
        path=path,
        name=described["operationId"],
        summary=described["summary"],
        description=described.get("description", ""),
        parameters=tuple(_to_parameter(one) for one in described.get("parameters", ())),
        schema=_schema_name(body),
        example=_pretty(examples[0]) if examples else "",
        answers=tuple(
            Answer(status, answer["description"], _schema_name(_content(answer)))
            for status, answer in sorted(described["responses"].items())
        ),
    )


def _to_parameter(described: Mapping[str, Any]) -> Parameter:
    is_required = described.get("required", False)
    return Parameter(described["name"], described["in"], is_required, described.get("description", ""))


def _content(described: Mapping[str, Any]) -> Mapping[str, Any]:
    return next(iter(described.get("content", {}).values()), {})


def _schema_name(content: Mapping[str, Any]) -> str:
    schema = content.get("schema", {})
    choices = (schema, *schema.get("anyOf", ()))
    return next((choice["$ref"].rsplit("/", 1)[-1] for choice in choices if "$ref" in choice), "")


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
