"""Learned phrases: what was counted is what is found, and counts survive the disk."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from data.notes import Note
from models.coding.phrases import MAX_WORDS, PhraseTable, hash_phrases
from models.coding.words import Words, read_words
from training.coding_sources import CodedNote
from training.phrase_learning import PhraseCounts, build_phrase_table, count_phrases
from training.phrase_update import to_counts


def coded(text: str, *evidence: tuple[str, str]) -> CodedNote:
    return CodedNote(Note(document_id="d", text=text), frozenset(code for code, _ in evidence), evidence)


def learn(*notes: CodedNote) -> PhraseTable:
    counts = PhraseCounts()
    for note in notes:
        counts.add(count_phrases(note))
    return build_phrase_table(counts)


def links(table: PhraseTable, text: str) -> dict[str, float]:
    best: dict[str, float] = {}
    for match in table.find_phrases(read_words(text)):
        for code, precision, _, _ in table.links_of(match.row):
            best[code] = max(best.get(code, 0.0), precision)
    return best


def test_a_phrase_names_the_code_that_it_supported() -> None:
    note = coded("Sugar sickness for years.\nWalks daily.", ("E119", "Sugar sickness for years."))
    assert links(learn(note), "sugar sickness again") == {"E119": 1 / 1.5}
    assert links(learn(note), "walks daily") == {}


def test_a_phrase_that_mostly_stands_elsewhere_is_weak() -> None:
    plain = [coded(f"Stable today, day {day}.") for day in range(30)]
    note = coded("Stable angina.", ("I2089", "Stable angina."))
    assert links(learn(note, *plain), "stable") == {}
    assert links(learn(note, *plain), "stable angina")["I2089"] > 0.6


def test_more_support_is_more_precise() -> None:
    once = learn(coded("Weak heart.", ("I509", "Weak heart.")))
    often = learn(*[coded("Weak heart.", ("I509", "Weak heart."))] * 4)
    assert links(often, "weak heart")["I509"] > links(once, "weak heart")["I509"]


def test_an_empty_table_finds_nothing() -> None:
    assert links(PhraseTable.empty(), "anything at all") == {}


def test_counts_survive_the_disk(tmp_path: Path) -> None:
    table = learn(
        coded("Weak heart. Sweet blood.", ("I509", "Weak heart."), ("E119", "Sweet blood.")),
        coded("Weak heart.", ("I509", "Weak heart.")),
    )
    table.save(tmp_path / "phrases.npz")
    again = build_phrase_table(to_counts(PhraseTable.load(tmp_path / "phrases.npz")))
    assert links(again, "weak heart, sweet blood") == links(table, "weak heart, sweet blood")


@given(st.lists(st.sampled_from("abcd"), max_size=8))
def test_every_run_of_words_once(stems: list[str]) -> None:
    words = Words(tuple(stems), tuple(range(len(stems))), tuple(range(1, len(stems) + 1)))
    runs = [(first, last) for _, first, last in hash_phrases(words)]
    expected = [(i, j) for i in range(len(stems)) for j in range(i, min(i + MAX_WORDS, len(stems)))]
    assert runs == expected


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=6))
def test_equal_runs_have_equal_hashes_and_others_do_not(stems: list[str]) -> None:
    words = Words(tuple(stems), tuple(range(len(stems))), tuple(range(1, len(stems) + 1)))
    by_hash: dict[int, set[tuple[str, ...]]] = {}
    for value, first, last in hash_phrases(words):
        by_hash.setdefault(value, set()).add(tuple(stems[first : last + 1]))
    assert all(len(runs) == 1 for runs in by_hash.values())
