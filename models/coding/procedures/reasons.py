"""What a line is usually rendered for: the reasons of its service, and of the product that it gives."""

from collections.abc import Sequence
from itertools import chain, zip_longest

from data.catalogue import Catalogue
from data.services import FamilyKind, Reasons
from models.coding.procedures.lines import Line

_GIVES = frozenset({"injection", "therapeutic_infusion", "chemotherapy", "body_injector"})


def find_reasons(line: Line, lines: Sequence[Line], catalogue: Catalogue) -> Reasons:
    """Those of the service; giving a product has the reasons of the product first."""
    own = catalogue.reasons_of(line.service)
    if line.service.family not in _GIVES:
        return own
    products = [
        other
        for other in lines
        if catalogue.families[other.service.family].kind is FamilyKind.DRUG
        and not set(other.evidence).isdisjoint(line.evidence)
    ]
    ranks = zip_longest(*(catalogue.reasons_of(product.service) for product in products), fillvalue=())
    return (*(tuple(chain(*rank)) for rank in ranks), *own)
