"""What a note's references hold, by specification."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.code_notes import CodeRange
from data.code_references import parse_code_ranges

# (note, codes that it names, codes that it does not name)
SPECIFICATION = [
    ("gestational diabetes (O24.4-)", ["O244", "O24419"], ["O245", "O24"]),
    ("diabetes due to underlying condition (E08.-)", ["E08", "E0800"], ["E09"]),
    ("hypertension (I10-I1A)", ["I10", "I119", "I160", "I1A0"], ["I20", "I09"]),
    ("stage of kidney disease (N18.1-N18.6)", ["N181", "N1830", "N186"], ["N189", "N18"]),
    ("malignant neoplasms (C00-C96)", ["C00", "C969", "C96A"], ["C97", "D00"]),
    ("open range (V01 to V09)", ["V01", "V099XXA"], ["V10"]),
    ("two of them (B10.01, B10.09)", ["B1001", "B1009"], ["B1002"]),
    ("and a range (Q98.0-Q98.1, Q98.4)", ["Q980", "Q981", "Q984"], ["Q982"]),
    ("semicolon (J00-J06; J20-J22)", ["J00", "J209"], ["J10"]),
    ("a dash in each (I70.2--I70.7-)", ["I70201", "I70799"], ["I708"]),
    ("spaced dashes (P28.3- - P28.4-)", ["P2830", "P2841"], ["P285"]),
    ("outside of parentheses Z91.81", ["Z9181"], ["Z9182"]),
    ("code(s) from F11-F16 and F18-F19", ["F1120", "F1920"], ["F17210"]),
    ("beside another remark (history of fall) Z91.81", ["Z9181"], []),
    ("genetic disorders (QA0.-)", ["QA0", "QA00101"], ["Q99"]),
    ("drug (T36-T50 with fifth or sixth character 5)", ["T383X5A", "T3695XA"], ["T383X1A", "T43651A", "T383"]),
    ("poisoning (T36-T65 with fifth or sixth character 1-4)", ["T383X1A", "T43654D"], ["T383X5A", "T383X6A"]),
    ("underdosing (T36-T50 with final character 6)", ["T383X6A", "T3696XA"], ["T383X5A"]),
    ("intent (T51-T65 with fifth or sixth character to indicate intent)", ["T510X1A"], ["T500"]),
    ("diabetes (E08-E13 with .42)", ["E0842", "E1142"], ["E1141", "E114"]),
    ("angiopathy (E08-E13 with .51-.52)", ["E1151", "E1152"], ["E1159"]),
    ("skin (E08-E13 with .62-)", ["E11620", "E11628"], ["E1161"]),
    ("psychosis (F11-F19 with .15. .25, .95)", ["F11150", "F1995"], ["F1114"]),
    ("hyperosmolarity (E08, E11 with final characters .00 or .01)", ["E1100", "E0801"], ["E1110"]),
    ("hallucinations (F11-F19 with fifth to sixth characters 51)", ["F11151"], ["F11150"]),
    ("aphasia (I69. with final characters -20)", ["I69020", "I69120"], ["I69021", "I6920"]),
    ("burn of axilla (T22.- with fifth character 4)", ["T22041A"], ["T22051A"]),
    ("open fracture (S92.-with 7th character B)", ["S92001B"], ["S92001A"]),
    ("open fracture (S42.- with 7th character B or C)", ["S42001B", "S42001C"], ["S42001A"]),
    ("open fracture (S52.- with open fracture 7th character)", ["S52001C", "S52001M"], ["S52001A", "S52001D"]),
    ("uncertain behavior (D37-D44, D48)", ["D370", "D449", "D48"], ["D3A0", "D45"]),
    ("glomerulonephritis (with C3 glomerulopathy) (N00.6)", ["N006"], ["C30"]),
    ("anemia due to G6PD deficiency", [], ["G60"]),
    ("head injury, not otherwise specified", [], ["S099"]),
]


@pytest.mark.parametrize(("note", "named", "others"), SPECIFICATION)
def test_a_note_names_its_codes_and_no_others(note: str, named: list[str], others: list[str]) -> None:
    ranges = parse_code_ranges(note)
    assert [code for code in named if not any(found.contains(code) for found in ranges)] == []
    assert [code for code in others if any(found.contains(code) for found in ranges)] == []


CODES = st.from_regex(r"[A-Z][0-9][0-9A-Z]{1,5}", fullmatch=True)


@given(CODES, CODES)
def test_a_range_holds_what_lies_between_and_under_its_ends(first: str, second: str) -> None:
    low, high = sorted((first[:3], second[:3]))
    held = CodeRange(low, high)
    assert all(map(held.contains, (low + "9", high + "9A", first, second)))


@given(CODES)
def test_a_dash_means_the_code_and_all_under_it(code: str) -> None:
    dotted = f"{code[:3]}.{code[3:]}-"
    assert parse_code_ranges(f"condition ({dotted})") == (CodeRange(code, code),)


@given(st.text(max_size=200))
def test_any_text_is_read_without_failing(text: str) -> None:
    for found in parse_code_ranges(text):
        found.contains("E1122")
