"""Probes: planted where the plan says, seen by auditors alone, judged fairly, on no claim and in no training data."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.main import create_app
from data.codes import CodeSystem
from data.probes import ProbeKind, ProbePlan
from data.store.encounters import iter_decided, iter_newest_decided
from data.suggestions import Alternative, Role, Suggestion, SuggestionSet, Tier

LATER = datetime(2030, 1, 1, tzinfo=UTC)
WRONG = Alternative(code="N18.31", term="another stage", probability=0.02)


def suggestion(code: str, role: Role, probability: float = 0.95, *others: Alternative) -> Suggestion:
    return Suggestion(
        suggestion_id=f"suggestion-{code}",
        system=CodeSystem.ICD10CM,
        code=code,
        term="a term",
        probability=probability,
        tier=Tier.SUGGESTED,
        rank=1,
        role=role,
        alternatives=others,
    )


def answer(name: str, *suggestions: Suggestion) -> SuggestionSet:
    ranked = tuple(one.model_copy(update={"rank": rank}) for rank, one in enumerate(suggestions, start=1))
    return SuggestionSet(
        encounter_id=name, suggestion_set_id="s", model_version="m", code_set_releases={}, suggestions=ranked
    )


SURE = (suggestion("E11.22", Role.FIRST_LISTED), suggestion("N18.32", Role.SECONDARY, 0.95, WRONG))
ALWAYS = ProbePlan(share=1.0)


@given(st.floats(0, 1), st.text(min_size=1, max_size=8))
def test_the_share_is_kept_and_the_seed_chooses(share: float, seed: str) -> None:
    plan, answers = ProbePlan(share, seed), [answer(f"e{number}", *SURE) for number in range(300)]
    probed = [one.encounter_id for one in answers if plan.spoil(one)[1]]
    assert abs(len(probed) / 300 - share) < 0.15
    assert probed == [one.encounter_id for one in answers if plan.spoil(one)[1]]


def test_both_kinds_change_one_suggestion_and_keep_the_answer() -> None:
    kinds = set()
    for number in range(40):
        given_answer = answer(f"e{number}", *SURE)
        shown, probe = ALWAYS.spoil(given_answer)
        assert probe is not None
        kinds.add(probe.kind)
        assert probe.answer == given_answer
        codes = [one.code for one in shown.suggestions]
        assert codes == (["E11.22"] if probe.kind is ProbeKind.WITHHELD else ["E11.22", "N18.32", "N18.31"])
        assert [one.rank for one in shown.suggestions] == list(range(1, len(codes) + 1))
    assert kinds == set(ProbeKind)


UNFIT = [
    (),
    (suggestion("E11.22", Role.FIRST_LISTED),),
    (suggestion("E11.22", Role.FIRST_LISTED), suggestion("N18.32", Role.SECONDARY, 0.8, WRONG)),
    (suggestion("E11.22", Role.FIRST_LISTED, 0.95, Alternative(code="N18.31", term="t", probability=0.3)),),
]


@pytest.mark.parametrize("suggestions", UNFIT)
def test_what_is_not_sure_is_left_alone(suggestions: tuple[Suggestion, ...]) -> None:
    given_answer = answer("e1", *suggestions)
    assert ALWAYS.spoil(given_answer) == (given_answer, None)


def probing(world: Any, suggestions: tuple[Suggestion, ...]) -> TestClient:
    """Every answer is probed."""

    class Fixed:
        model_version = "m"

        def suggest(self, encounters: Any, profile: Any) -> list[SuggestionSet]:
            return [answer(encounters[0].encounter_id, *suggestions)]

    services = replace(world.services, suggester=Fixed())
    settings = world.app.state.settings.model_copy(update={"probe_share": 1.0})
    client: TestClient = replace(world, app=create_app(settings, services), services=services).client()
    return client


def decide(client: TestClient, *decisions: dict[str, Any]) -> None:
    whole = [{"system": "icd10cm"} | one for one in decisions]
    done = client.post("/v1/encounters/e1/decisions", json={"decisions": whole}, headers={"If-Match": '"1"'})
    assert done.status_code == 201, done.text


PLANTED = (suggestion("N18.32", Role.FIRST_LISTED, 0.95, WRONG),)
HIDDEN = (*SURE[:1], suggestion("N18.32", Role.SECONDARY))
VISIT = {"outcome": "added", "system": "cpt", "code": "99214"}
TRUE = {"suggestion_id": "suggestion-N18.32", "code": "N18.32", "outcome": "accepted"}
FIRST = {"suggestion_id": "suggestion-E11.22", "code": "E11.22", "outcome": "accepted"}


@pytest.mark.parametrize(
    ("outcome", "catch", "rates"),
    [
        ({"outcome": "accepted"}, "missed", [("admin", "planted", 0, 1)]),
        ({"outcome": "rejected"}, "caught", [("admin", "planted", 1, 0)]),
        ({"outcome": "replaced", "replaced_by": "N18.32"}, "caught", [("admin", "planted", 1, 0)]),
        ({"outcome": "deferred"}, "open", []),
    ],
)
def test_a_planted_code(
    world: Any, encounter: dict[str, Any], outcome: dict[str, Any], catch: str, rates: list[tuple[Any, ...]]
) -> None:
    with probing(world, PLANTED) as client:
        shown = client.post("/v1/encounters", json=encounter).json()["suggestions"]
        assert [one["code"] for one in shown] == ["N18.32", "N18.31"]
        decide(client, TRUE, VISIT, {"suggestion_id": shown[1]["suggestion_id"], "code": "N18.31"} | outcome)
        report = client.get("/v1/audit/probes").json()
        claim = client.post("/v1/encounters/e1/claim", json={}).json()
    assert [(one["kind"], one["code"], one["catch"]) for one in report["probes"]] == [("planted", "N18.31", catch)]
    assert [tuple(one.values()) for one in report["rates"]] == rates
    assert claim["diagnoses"] == ["N18.32"]


ADDED = {"outcome": "added", "code": "N18.32"}


@pytest.mark.parametrize(
    ("decisions", "catch"), [((), "open"), ((FIRST,), "missed"), ((FIRST, ADDED), "caught"), ((ADDED,), "caught")]
)
def test_a_withheld_code(
    world: Any, encounter: dict[str, Any], decisions: tuple[dict[str, Any], ...], catch: str
) -> None:
    with probing(world, HIDDEN) as client:
        shown = client.post("/v1/encounters", json=encounter).json()["suggestions"]
        assert [one["code"] for one in shown] == ["E11.22"]
        if decisions:
            decide(client, *decisions)
        (found,) = client.get("/v1/audit/probes").json()["probes"]
    assert (found["kind"], found["catch"]) == ("withheld", catch)


def test_nobody_learns_from_a_probe(world: Any, encounter: dict[str, Any]) -> None:
    with probing(world, PLANTED) as client:
        client.post("/v1/encounters", json=encounter)
        decide(client, TRUE)
    with world.services.store.reading() as session:
        assert list(iter_decided(session, LATER)) == []
        assert list(iter_newest_decided(session, LATER, lambda _: True)) == []


def test_probes_are_opt_in(client: TestClient, stored_encounter: dict[str, Any]) -> None:
    assert client.get("/v1/audit/probes").json() == {"probes": [], "rates": []}


def test_what_coders_read_does_not_tell(world: Any, encounter: dict[str, Any]) -> None:
    with probing(world, PLANTED) as client:
        client.post("/v1/encounters", json=encounter)
        for path in ("/v1/encounters/e1", "/v1/encounters/e1/history", "/coding/e1"):
            assert "probe" not in client.get(path).text.lower()
