"""The embedded code set, built once for the tests of this room."""

import pytest

from data.code_library import CodeLibrary, load_library
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.home import Home


@pytest.fixture(scope="session")
def code_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the embedded release in its cache and nothing imported."""
    home = Home(tmp_path_factory.mktemp("codes"))
    load_library(home).latest(CodeSystem.ICD10CM)
    return home


@pytest.fixture(scope="session")
def code_library(code_home: Home) -> CodeLibrary:
    return load_library(code_home)


@pytest.fixture(scope="session")
def icd10cm(code_library: CodeLibrary) -> CodeSet:
    code_set = code_library.latest(CodeSystem.ICD10CM)
    assert code_set is not None
    return code_set
