"""A payer rule on past claims: which it would have held, and what the payer had said of them."""

from pathlib import Path

from click.testing import CliRunner

from data.code_library import CodeLibrary
from data.payer_rules import PayerRule
from data.synthetic.demo_claims import draft_claim
from models.denial.edits.references import EditReferences
from training.payer_rule_commands import rules
from training.payer_rule_trial import describe_trial, try_payer_rule

RULE = PayerRule.model_validate(
    {
        "rule_id": "knee",
        "payer_ids": ["demo-commercial"],
        "procedures": ["27447"],
        "demand": {"kind": "authorization"},
        "severity": "deny",
        "category": "authorization",
        "message": "the payer wants an authorization number",
        "citation": "Provider manual",
        "valid_from": "2027-01-01",
    }
)
KNEE = [{"code": "27447"}, {"code": "99213"}]
PAST = [
    (draft_claim("a", lines=KNEE), frozenset({1})),
    (draft_claim("b", lines=KNEE), frozenset({2})),
    (draft_claim("c", lines=KNEE), None),
    (draft_claim("d", lines=KNEE, prior_authorization="A1"), frozenset[int]()),
    (draft_claim("e", lines=KNEE, payer={"payer_id": "other", "kind": "commercial"}), frozenset({1})),
]


def test_past_claims_are_held_with_what_became_of_them(library: CodeLibrary) -> None:
    trial = try_payer_rule(RULE, PAST, EditReferences(library))
    assert trial.asked == 4
    assert [(held.claim_id, held.lines, held.is_denied) for held in trial.held] == [
        ("a", (1,), True),
        ("b", (1,), False),
        ("c", (1,), None),
    ]
    assert trial.charge_cents == 3 * 890_000


def test_the_report_counts_and_lists(library: CodeLibrary) -> None:
    text = describe_trial(try_payer_rule(RULE, PAST, EditReferences(library)), limit=2)
    head, *rows = text.splitlines()
    assert "3 would have been held: 1 were denied on these lines, 1 were paid, 1 have no answer" in head
    assert rows == ["a\tlines 1\tdenied", "b\tlines 1\tpaid"]


def test_the_command_records_lists_tries_and_retires(tmp_path: Path) -> None:
    file, environment = tmp_path / "rule.json", {"CHARTCODE_HOME": str(tmp_path / "home")}
    file.write_text(RULE.model_dump_json(), "utf8")

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(rules, arguments, env=environment, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    assert run("add", str(file), "--by", "bea") == "knee version 1 by bea\n"
    assert run("retire", "knee", "--on", "2027-06-30", "--by", "carl").startswith("knee version 2")
    assert "2027-01-01..2027-06-30" in run("list")
    assert len(run("list", "--all").splitlines()) == 2
    assert run("try", str(file)).startswith("0 past claims")
