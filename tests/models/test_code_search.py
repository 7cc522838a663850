"""What people type and what they should get, by specification."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.code_library import CodeLibrary, load_library
from data.codes import CodeSystem, parse_code
from data.codeset import CodeSet
from data.codeset_table import CodeRow, Level, from_table, to_table
from data.home import Home
from models.search.code_search import CodeSearch, load_code_search
from models.search.synonyms import Synonyms, load_synonyms

# (query, the code that comes first)
FIRST = [
    ("heart attack", "I21.9"),
    ("history of heart attack", "I25.2"),
    ("high blood pressure", "I10"),
    ("htn", "I10"),
    ("hyperten", "I10"),
    ("sugar diabetes", "E11.9"),
    ("diabtes", "E11.9"),
    ("type2 diabetes", "E11.9"),
    ("type 2 diabetes mellitus without complications", "E11.9"),
    ("DM2 neuropathy", "E11.40"),
    ("neuropathy diabetic type 2", "E11.40"),
    ("diabetic foot ulcer", "E11.621"),
    ("e11.2", "E11.2"),
    ("E112", "E11.2"),
    ("E11.22", "E11.22"),
    ("ckd3", "N18.30"),
    ("ckd 3b", "N18.32"),
    ("stage 3 chronic kidney disease", "N18.30"),
    ("fibromialgia", "M79.7"),
    ("migrane", "G43.909"),
    ("chest pian", "R07.9"),
    ("urinary tract infecton", "N39.0"),
    ("uti", "N39.0"),
    ("broken wrist", "S62.109A"),
    ("ankle sprain", "S93.409A"),
    ("sprained left ankle", "S93.402A"),
    ("broken hip left", "S72.002A"),
    ("open fracture of left tibia", "S82.202B"),
    ("breast cancer", "C50.919"),
    ("right breast cancer", "C50.911"),
    ("hx of breast cancer", "Z85.3"),
    ("copd exacerbation", "J44.1"),
    ("pneumonia", "J18.9"),
    ("low back pain", "M54.50"),
    ("ear infection left", "H66.92"),
    ("rotator cuff tear right", "M75.101"),
    ("cellulitis left leg", "L03.116"),
    ("carpal tunnel right", "G56.01"),
    ("fx left distal radius", "S52.502A"),
    ("knee pain left", "M25.562"),
    ("kidny stone", "N20.0"),
    ("asthma mild intermittent", "J45.20"),
    ("lung cancer right upper lobe", "C34.11"),
    ("epilepsy intractable", "G40.919"),
    ("poisoning acetaminophen", "T39.1X1A"),
    ("ct head without contrast", "70450"),
    ("presure ulcer sacrum stage 3", "L89.153"),
    ("obesity class 3", "E66.813"),
    ("alzheimer's", "G30.9"),
    ("Ménière's disease", "H81.09"),
    ("depression", "F32.A"),
    ("covid", "U07.1"),
    ("smoker", "F17.210"),
    ("pregnancy 20 weeks", "Z3A.20"),
    ("well child", "Z00.129"),
    ("flu shot", "Z23"),
    ("99213", "99213"),
    ("J1885", "J1885"),
    ("toradol", "J1885"),
    ("colonoscopy", "45378"),
    ("appendectomy laparoscopic", "44970"),
]
# (query, a code among the first five)
AMONG_FIRST_FIVE = [
    ("laceration right index finger", "S61.210A"),
    ("DM2 neuropathy", "E11.42"),
    ("broken wrist", "S52.509A"),
    ("E112", "E11.22"),
    ("afib", "I48.0"),
    ("chest pain", "R07.89"),
    ("asthma", "J45.901"),
    ("a1c", "83036"),
    ("knee replacement", "27447"),
    ("lumbar disc herniation", "M51.26"),
    ("stroke", "Z86.73"),
    ("flu shot", "90656"),
    ("wheelchair", "Z99.3"),
]


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, CodeLibrary]:
    home = Home(tmp_path_factory.mktemp("search"))
    return home, load_library(home)


@pytest.fixture(scope="module")
def search(embedded: tuple[Home, CodeLibrary]) -> CodeSearch:
    return load_code_search(*embedded)


@pytest.mark.parametrize(("query", "code"), FIRST)
def test_the_right_code_comes_first(search: CodeSearch, query: str, code: str) -> None:
    hits = search.search(query, limit=5)
    assert [hit.code for hit in hits][:1] == [code]


@pytest.mark.parametrize(("query", "code"), AMONG_FIRST_FIVE)
def test_a_good_code_is_near_the_top(search: CodeSearch, query: str, code: str) -> None:
    assert code in [hit.code for hit in search.search(query, limit=5)]


@pytest.mark.parametrize("query", ["", " ", "-", "zzzzqqq", "\x00", "💉", "the of and"])
def test_nothing_is_found_for_nothing(search: CodeSearch, query: str) -> None:
    assert search.search(query) == []


def test_hits_are_ordered_and_say_what_they_are(search: CodeSearch) -> None:
    hits = search.search("sprain of ankle", limit=50)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({(hit.system, hit.code) for hit in hits}) == len(hits) == 50
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert all(parse_code(hit.system, hit.code).dotted == hit.code for hit in hits)
    assert not next(hit for hit in hits if hit.code == "S93.4").is_billable


def test_the_initial_encounter_comes_before_the_later_ones(search: CodeSearch) -> None:
    codes = [hit.code for hit in search.search("unspecified sprain right ankle", limit=200)]
    assert codes.index("S93.401A") < codes.index("S93.401D") < codes.index("S93.401S")


def test_word_order_and_case_do_not_matter(search: CodeSearch) -> None:
    one, other = (
        search.search(query) for query in ("acute gastric ulcer with hemorrhage", "HEMORRHAGE Ulcer gastric ACUTE")
    )
    assert one[0].code == other[0].code == "K25.0"


@pytest.mark.parametrize("typed", ["hypot", "hypothy", "hypothyroidi"])
def test_it_finds_while_people_type(search: CodeSearch, typed: str) -> None:
    assert any(hit.code.startswith(("E03", "I95")) for hit in search.search(typed, limit=5))


def test_a_system_can_be_asked_for(search: CodeSearch) -> None:
    hits = search.search("flu shot", system=CodeSystem.CPT)
    assert hits
    assert {hit.system for hit in hits} == {CodeSystem.CPT}
    assert search.search("flu shot", system="icd10pcs") == []


@pytest.mark.parametrize(("day", "is_found"), [(date(2026, 3, 14), True), (date(2031, 1, 1), False)])
def test_only_releases_in_force_are_searched(search: CodeSearch, day: date, is_found: bool) -> None:
    hits = search.search("heart attack", system=CodeSystem.ICD10CM, on=day)
    assert bool(hits) is is_found


def test_services_that_ended_are_not_found_later(search: CodeSearch) -> None:
    found = [[hit.code for hit in search.search("epinephrine", on=date(year, 1, 1))] for year in (2025, 2026)]
    assert "J0171" in found[0]
    assert "J0171" not in found[1]


@given(st.text(max_size=80))
@settings(deadline=None, max_examples=60)
def test_anything_can_be_typed(search: CodeSearch, query: str) -> None:
    hits = search.search(query, limit=7)
    assert len(hits) <= 7
    assert hits == search.search(query, limit=7)


def test_the_cache_gives_the_same_answers_quickly(embedded: tuple[Home, CodeLibrary], search: CodeSearch) -> None:
    started = time.process_time()
    again = load_code_search(*embedded)
    assert time.process_time() - started < 1.0
    for query, _ in FIRST:
        assert again.search(query) == search.search(query)


def test_a_damaged_index_is_built_anew(embedded: tuple[Home, CodeLibrary], search: CodeSearch) -> None:
    home, library = embedded
    [path] = home.cache.glob("search-cpt-*.npz")
    path.write_bytes(path.read_bytes()[:500])
    assert load_code_search(home, library).search("99213")[0].code == "99213"


def small(system: CodeSystem, **terms: str) -> CodeSet:
    rows = [CodeRow(Level.CODE, code, term, is_billable=True) for code, term in terms.items()]
    return from_table(system, "test", date(2026, 1, 1), None, to_table(rows))


def test_imported_systems_are_searched_as_well(home: Home) -> None:
    pcs = small(CodeSystem.ICD10PCS, **{"0DTJ4ZZ": "Resection of Appendix, Percutaneous Endoscopic Approach"})
    hcpcs = small(CodeSystem.HCPCS, E0110="Crutches, forearm", J1885="Injection, ketorolac tromethamine, per 15 mg")
    search = load_code_search(home, CodeLibrary.of(pcs, hcpcs))
    assert search.search("resection appendix")[0].code == "0DTJ4ZZ"
    assert [hit.code for hit in search.search("resection appendix", system=CodeSystem.ICD10PCS)] == ["0DTJ4ZZ"]
    assert search.search("0dtj")[0].code == "0DTJ4ZZ"
    assert search.search("crutches")[0].code == "E0110"
    assert search.search("ketorolac injection")[0].term == "Injection, ketorolac tromethamine, per 15 mg"


def test_every_synonym_leads_to_codes_or_words_that_exist(
    embedded: tuple[Home, CodeLibrary], search: CodeSearch
) -> None:
    code_set = embedded[1].latest(CodeSystem.ICD10CM)
    assert code_set is not None
    synonyms = load_synonyms()
    lost = [
        f"{' '.join(words)}: {code}"
        for words, codes in synonyms.codes.items()
        for code in codes
        if not (
            code_set.is_billable(code.compact) if code.system is CodeSystem.ICD10CM else search.search(code.compact)
        )
    ]
    assert lost == []
    assert len(synonyms.codes) > 1000
    assert len(synonyms.rewrites) > 400


def test_a_broken_synonym_row_is_named() -> None:
    with pytest.raises(ValueError, match="line 2"):
        Synonyms.read("a\tI10\nno target\n")
