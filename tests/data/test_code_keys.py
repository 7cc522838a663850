"""Keys order as codes do, and bulk equals single."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from data.code_keys import code_key, code_keys, is_code, key_code, pair_key

CODES = st.from_regex(r"\A[0-9A-Z]{5}\Z")


@given(CODES)
def test_a_key_reads_back(code: str) -> None:
    assert key_code(code_key(code)) == code


@given(CODES, CODES, CODES, CODES)
def test_pairs_order_by_first_then_second(a: str, b: str, c: str, d: str) -> None:
    first, second = pair_key(code_key(a), code_key(b)), pair_key(code_key(c), code_key(d))
    assert (first < second) == ((a, b) < (c, d))


@settings(deadline=None)
@given(st.lists(st.one_of(CODES, st.text(max_size=7), st.none()), max_size=30))
def test_bulk_equals_single(texts: list[str | None]) -> None:
    keys, is_valid = code_keys(pa.array(texts, pa.string()))
    assert is_valid.tolist() == [is_code(text or "") for text in texts]
    assert keys.tolist() == [code_key(text) if text and is_code(text) else 0 for text in texts]


def test_chunks_and_dictionaries_read_alike() -> None:
    chunked = pa.chunked_array([["99213"], ["J1885", "short"]])
    assert code_keys(chunked)[0].tolist() == [code_key("99213"), code_key("J1885"), 0]
    assert code_keys(chunked.dictionary_encode().cast(pa.string()))[1].tolist() == [True, True, False]
