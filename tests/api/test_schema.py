"""The OpenAPI document is true: generated requests, right and wrong, get only the answers that it names."""

from collections.abc import Iterator
from operator import methodcaller

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from starlette.types import Receive, Scope, Send

from api import examples
from api.main import create_app
from api.openapi import describe
from api.settings import Settings

# Left out: that valid data is always accepted. Dates, codes and versions have rules that JSON Schema can't say.
CHECKS = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
    unsupported_method,
    allow_header_conformance,
]


served: list[FastAPI] = []


async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    """The document is read once, when tests are collected; the application comes with the fixture."""
    await served[-1](scope, receive, send)


DOCUMENT = schemathesis.openapi.from_dict(describe(create_app(Settings())))
DOCUMENT.app = serve
OPERATIONS = {operation.label: operation for operation in map(methodcaller("ok"), DOCUMENT.get_all_operations())}


@pytest.fixture(scope="module")
def filled(shared_world, shared_client) -> Iterator[str]:
    """The application under the document, with one encounter and one claim; gives a token."""
    for path, body in (("/v1/encounters", examples.ENCOUNTER), ("/v1/claims", examples.CLAIM)):
        assert shared_client.post(path, json=body).status_code == 201
    served.append(shared_world.app)
    yield shared_world.tokens["admin"]
    served.pop()


@pytest.mark.parametrize(
    ("label", "mode"),
    [
        (label, mode)
        for label, operation in OPERATIONS.items()
        for mode in GenerationMode
        if mode is GenerationMode.POSITIVE or operation.body or any(operation.iter_parameters())
    ],
)
@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_generated_requests_get_documented_answers(
    filled: str, label: str, mode: GenerationMode, data: st.DataObject
) -> None:
    case = data.draw(OPERATIONS[label].as_strategy(generation_mode=mode))
    case.call_and_validate(headers={"Authorization": f"Bearer {filled}"}, checks=CHECKS)
