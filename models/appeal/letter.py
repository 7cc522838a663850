"""A draft letter about a denial, made of documented facts. What is not known here is left as a place in brackets."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from data.appeal_asks import Ask, Recourse
from data.appeals import DeniedLine, Letter
from data.claims import Claim, ClaimLine
from data.deadlines import Deadline
from data.suggestions import Evidence
from models.appeal.support import Support

_BLANKS: Mapping[Ask, str] = {
    Ask.NECESSITY: "Why the patient needed the service, measured by the payer's criteria",
    Ask.URGENCY: "How the patient presented, and why care could not wait",
    Ask.LITERATURE: "Published evidence or guidelines for the treatment",
    Ask.AUTHORIZATION: "Authorization number and its dates",
    Ask.TIMELY_FILING: "Proof that the payer or clearinghouse accepted the claim, with its date",
    Ask.CODING_RATIONALE: "Why codes, modifiers and units say what the record says",
    Ask.PLAN_TERMS: "The passage of the plan's terms that covers the service",
    Ask.ADVANCE_NOTICE: "The notice that the patient signed before the service",
    Ask.RECORDS: "Words of the signed record that show the service",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is documented. `lines` are those that the letter is about; `services` and `titles` name codes, where they
    are known; `supports` are by line number; `documents` are the kinds of the quoted documents by their ids."""

    claim: Claim
    lines: tuple[DeniedLine, ...]
    services: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    supports: Mapping[int, Support] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    payer_number: str | None = None
    submitted_on: date | None = None
    file_by: Deadline | None = None

    def support(self, line: DeniedLine) -> Support:
        return self.supports.get(line.line_number or 0, Support())


@dataclass(slots=True)
class _Page:
    """Paragraphs, the blanks and quotes in them, and what is enclosed."""

    lines: list[str] = field(default_factory=list)
    blanks: list[str] = field(default_factory=list)
    enclosures: list[str] = field(default_factory=list)
    quotes: dict[Evidence, None] = field(default_factory=dict)

    def blank(self, label: str) -> str:
        if label not in self.blanks:
            self.blanks.append(label)
        return f"[{label}]"

    def say(self, *lines: str) -> None:
        self.lines += lines

    def enclose(self, what: str) -> None:
        if what not in self.enclosures:
            self.enclosures.append(what)


def write_letter(facts: Facts) -> Letter:
    """The same facts give the same letter."""
    page = _Page()
    _address(page)
    _refer(page, facts)
    _ask(page, facts)
    for line in facts.lines:
        _contest(page, facts, line)
    _close(page, facts)
    return Letter(
        text="\n".join(page.lines) + "\n",
        quotes=tuple(page.quotes),
        enclosures=tuple(page.enclosures),
        blanks=tuple(page.blanks),
    )


def _address(page: _Page) -> None:
    page.say(page.blank("Name, address and telephone of the practice"), "", page.blank("Date of the letter"), "")
    page.say(page.blank("Address of the payer's department for appeals"), "")


def _refer(page: _Page, facts: Facts) -> None:
    claim = facts.claim
    days = sorted(line.service_date for line in claim.all_lines)
    page.say(f"Claim: {claim.claim_id}")
    page.say(f"Payer: {claim.payer.payer_id}")
    page.say(f"Payer's claim number: {facts.payer_number or page.blank('Claim number of the payer')}")
    page.say(f"Patient: {page.blank('Name of the patient')}, member number {page.blank('Member number')}")
    page.say(f"Billing provider: {f'NPI {claim.billing_npi}' if claim.billing_npi else page.blank('Billing NPI')}")
    page.say(f"Date of service: {_day(days[0])}{f' to {_day(days[-1])}' if days[-1] != days[0] else ''}")
    page.say(f"Denied: {_money(sum(line.denied_cents for line in facts.lines))}", "")


def _ask(page: _Page, facts: Facts) -> None:
    days = " and ".join(_day(day) for day in sorted({line.decided_on for line in facts.lines}))
    is_contested = any(line.recourse is Recourse.APPEAL for line in facts.lines)
    request = "We ask you to review your decision" if is_contested else "We send what you asked for in your decision"
    page.say(f"{request} of {days}, and to pay for these services:", "")


def _contest(page: _Page, facts: Facts, line: DeniedLine) -> None:
    billed = next((one for one in facts.claim.lines if one.line_number == line.line_number), None)
    page.say(*(_describe(facts, billed) if billed else [f"The claim as a whole, charged {_money(line.charge_cents)}."]))
    reasons = "; ".join(
        f"{one.adjustment.group.value}-{one.adjustment.carc}{f' ({one.words})' if one.words else ''}, "
        f"{_money(one.adjustment.amount_cents)}"
        for one in line.reasons
    )
    page.say(f"  Denied on {_day(line.decided_on)}: {reasons or 'no reason given'}.")
    if line.remarks:
        page.say(f"  Remarks: {', '.join(line.remarks)}.")
    for ask in line.asks:
        page.say(*(f"  {text}" for text in _ANSWERS.get(ask, _leave_blank(ask))(page, facts, line)))
    page.say("")


def _describe(facts: Facts, line: ClaimLine) -> Iterator[str]:
    code = line.procedure.code.compact
    name = f" {facts.services[code]}" if facts.services.get(code) else ""
    modifiers = f", modifier {' '.join(line.modifiers)}" if line.modifiers else ""
    yield (
        f"Line {line.line_number}: {code}{name}{modifiers}, {line.units} {line.unit_basis.value}"
        f"{'' if line.units == 1 else 's'}, {_day(line.service_date)}, charged {_money(line.charge_cents)}."
    )
    for pointer in line.diagnosis_pointers:
        if pointer <= len(facts.claim.diagnoses):
            diagnosis = facts.claim.diagnoses[pointer - 1].dotted
            title = facts.titles.get(diagnosis)
            yield f"  For {diagnosis}{f' {title}' if title else ''}."


def _show_record(page: _Page, facts: Facts, line: DeniedLine) -> Iterator[str]:
    quotes = facts.support(line).quotes
    if not quotes:
        yield page.blank(_BLANKS[Ask.RECORDS])
        page.enclose(page.blank("Signed record of the service"))
        return
    yield "The record says:"
    for quote in quotes:
        page.quotes[quote] = None
        yield f'- "{quote.quote}" ({_name_document(facts, quote.document_id)})'
        page.enclose(f"Record: {_name_document(facts, quote.document_id)}")


def _show_authorization(page: _Page, facts: Facts, _line: DeniedLine) -> Iterator[str]:
    number = facts.claim.prior_authorization
    yield f"Authorization on the claim: {number}." if number else page.blank(_BLANKS[Ask.AUTHORIZATION])
    page.enclose(page.blank("Copy of the authorization"))


def _show_filing(page: _Page, facts: Facts, _line: DeniedLine) -> Iterator[str]:
    sent, limit = facts.submitted_on, facts.file_by
    if sent is not None:
        yield f"The claim was submitted on {_day(sent)}."
    if sent is not None and limit is not None:
        is_late = sent > limit.day
        in_time = f"The limit was {_day(limit.day)} ({limit.source})."
        yield page.blank("Why the claim could not be filed earlier") if is_late else in_time
    yield page.blank(_BLANKS[Ask.TIMELY_FILING])
    page.enclose(page.blank("Report of acceptance"))


def _show_rules(page: _Page, facts: Facts, line: DeniedLine) -> Iterator[str]:
    for rule in facts.support(line).rationale:
        yield f"{rule.text} ({rule.source})"
    yield page.blank(_BLANKS[Ask.CODING_RATIONALE])


def _leave_blank(ask: Ask) -> Callable[[_Page, Facts, DeniedLine], Iterator[str]]:
    def leave(page: _Page, _facts: Facts, _line: DeniedLine) -> Iterator[str]:
        if ask in _BLANKS:
            yield page.blank(_BLANKS[ask])

    return leave


_ANSWERS: Mapping[Ask, Callable[[_Page, Facts, DeniedLine], Iterator[str]]] = {
    Ask.RECORDS: _show_record,
    Ask.AUTHORIZATION: _show_authorization,
    Ask.TIMELY_FILING: _show_filing,
    Ask.CODING_RATIONALE: _show_rules,
}


def _close(page: _Page, facts: Facts) -> None:
    for day in sorted({line.decided_on for line in facts.lines}):
        page.enclose(f"Remittance advice of {_day(day)}")
    page.enclose(f"Claim {facts.claim.claim_id} as filed")
    page.say("Enclosures:", *(f"- {one}" for one in page.enclosures), "")
    page.say("Sincerely,", "", page.blank("Name, title and signature"))


def _name_document(facts: Facts, document_id: str) -> str:
    kind = facts.documents.get(document_id, "").replace("_", " ")
    return f"{kind} {document_id}".strip()


def _money(cents: int) -> str:
    return f"${cents / 100:,.2f}"


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
