"""The history that a denial model learns from: an operator's answered claims, or the synthetic world."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TypeVar

from data import ncci_pairs
from data.add_ons import AddOns
from data.claims import Claim
from data.code_library import CodeLibrary, Release, load_library
from data.codes import CodeSystem
from data.home import Home
from data.ncci_pairs import NcciPairs
from data.reviews import Edit
from data.store.session import Store
from data.synthetic import published
from data.synthetic.claim_world import FIRST_DAY, LAST_DAY, build_world
from data.synthetic.services import load_services
from data.unit_limits import UnitLimits
from models.denial.edits.engine import check_claim
from models.denial.edits.references import Dated, EditReferences, Releases, load_edit_references
from models.denial.tokens import token
from training.datasets import iter_denial_examples
from training.denial_config import WorldConfig
from training.denial_labels import LabelledClaim, keep_settled, label_claims
from training.denial_rows import Check
from training.holdout import is_learned_from

Table = TypeVar("Table", NcciPairs, UnitLimits, AddOns)


@dataclass(frozen=True)
class History:
    """Claims with their first answers, in order of time.

    `past` are those settled on the day `as_of`, `future` those prepared later (empty for an operator's own claims).
    `oracle` is the synthetic world's own probability for each claim_id. Under `patient_key` patients are kept in a
    model; without it none is.
    """

    as_of: date
    past: Sequence[LabelledClaim]
    future: Sequence[LabelledClaim]
    check: Check
    releases: Mapping[str, str]
    is_synthetic: bool
    oracle: Mapping[str, float] = field(default_factory=dict)
    patient_key: bytes = field(default=b"", repr=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that is learned from."""
        digest = hashlib.sha256()
        for one in self.past:
            digest.update(one.claim.model_dump_json().encode())
            digest.update(repr((one.known_on, one.lines)).encode())
        return digest.hexdigest()


def read_history(
    home: Home, store: Store, as_of: datetime, *, wants: Callable[[str], bool] = is_learned_from
) -> History:
    """The operator's submitted claims with the answers received before a moment; `wants` chooses by claim_id.

    Where the last answer is older than that, as in files of a past year, the history ends with it.
    """
    library = load_library(home)
    references = load_edit_references(home, library)
    with store.reading() as session:
        found = [example.labelled for example in iter_denial_examples(session, as_of)]
    labelled = [one for one in found if wants(one.claim.claim_id)]
    labelled.sort(key=lambda one: (one.claim.prepared_on, one.claim.claim_id))
    last = max((one.known_on for one in labelled), default=as_of.date())
    day = min(as_of.date(), last + timedelta(days=1))
    return History(
        as_of=day,
        past=keep_settled(labelled, day),
        future=(),
        check=lambda claim: check_claim(claim, references),
        releases=_releases(library),
        is_synthetic=False,
    )


def make_history(home: Home, config: WorldConfig) -> History:
    """The synthetic world as known on the configured day; what comes after it is kept apart."""
    library = load_library(home)
    world = build_world(config.seed, config.claims)
    claims = [one.claim for one in world.claims]
    answers = [answer for one in world.claims for answer in one.remittances]
    return History(
        as_of=config.as_of,
        past=label_claims(claims, answers, config.as_of),
        future=[one for one in label_claims(claims, answers, LAST_DAY) if one.claim.prepared_on >= config.as_of],
        check=check_in_world(library, config.unchecked_clinic_share),
        releases=_releases(library),
        is_synthetic=True,
        oracle={one.claim.claim_id: one.oracle for one in world.claims},
    )


def check_in_world(library: CodeLibrary, unchecked_share: int) -> Check:
    """The edits with the world's published tables; clinics by turns have imported them or not."""
    with_tables, without = world_references(library), EditReferences(_stretch(library), _global_periods())

    def check(claim: Claim) -> Sequence[Edit]:
        is_unchecked = token(claim.billing_npi) % unchecked_share == 0
        return check_claim(claim, without if is_unchecked else with_tables)

    return check


def world_references(library: CodeLibrary) -> EditReferences:
    """The world's published tables, and the latest ICD-10-CM release for all its days."""
    setting = ncci_pairs.EditSetting.PRACTITIONER
    release = published.RELEASE
    return EditReferences(
        library=_stretch(library),
        global_periods=_global_periods(),
        ncci={setting: _always(NcciPairs(release, published.pair_table()))},
        mue={setting: _always(UnitLimits(release, published.unit_limit_table()))},
        addon=_always(AddOns(release, published.add_on_table())),
    )


def _always(table: Table) -> Releases[Table]:
    return Releases((Dated(published.RELEASE, FIRST_DAY, None, table),))


def _global_periods() -> Mapping[str, str]:
    return {code: service.global_period for code, service in load_services().items()}


def _stretch(library: CodeLibrary) -> CodeLibrary:
    """The world's claims are of years whose releases need not be at hand."""
    latest = library.latest(CodeSystem.ICD10CM)
    if latest is None:
        return library
    return CodeLibrary(
        [Release(CodeSystem.ICD10CM, latest.release, date(2023, 1, 1), LAST_DAY, lambda: latest, "world")]
    )


def _releases(library: CodeLibrary) -> Mapping[str, str]:
    found = {system.value: library.latest(system) for system in CodeSystem}
    return {name: code_set.release for name, code_set in found.items() if code_set is not None}
