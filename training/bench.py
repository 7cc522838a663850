"""`chartcode bench`: latency, throughput, memory and start-up of the service on this machine, as one table."""

import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import numpy as np
import psutil

from data.code_library import load_library
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.home import Home
from data.imports import import_release
from data.notes import Encounter, Note, Profile
from data.synthetic.demo_claims import demo_claims
from data.synthetic.demo_notes import demo_encounters
from data.x12.reader import X12Reader
from models.coding.suggest import load_suggester
from models.denial.bulk import review_in_bulk
from models.denial.review import load_reviewer
from models.search.code_search import load_code_search
from training.bench_files import answer_file, billed_claims, claim_file

WORDS = 600
ROUNDS = 40
REVIEWED = 2000
READ_BYTES = 20_000_000
START_LIMIT_S = 120
QUERIES = (
    "heart attack", "DM2 neuropathy", "E112", "e11.2", "diabtes", "fibromialgia", "high blood pressure", "broken wrist",
    "knee pain left", "copd exac", "sore throat", "kidney stone", "chest xray", "office visit", "flu shot", "I10",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    what: str
    value: str


def run_bench(home: Home) -> str:
    """A Markdown table beside the machine's description. Takes about two minutes."""
    library = load_library(home)
    rows = [*_suggest_rows(home), *_review_rows(home), *_search_rows(home), *_reading_rows()]
    rows += _import_rows(library.latest)
    rows += _service_rows()
    lines = [f"| {row.what} | {row.value} |" for row in rows]
    return "\n".join([_machine(), "", "| measure | value |", "|---|---|", *lines])


def _machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [line.split(":", 1)[1].strip() for line in _lines(info) if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _lines(path: Path) -> list[str]:
    return path.read_text("utf8").splitlines() if path.exists() else []


def _suggest_rows(home: Home) -> Iterator[Row]:
    started = time.perf_counter()
    suggester = load_suggester(home, load_library(home))
    yield Row("coding model, load", f"{time.perf_counter() - started:.1f} s")
    encounters = long_encounters(WORDS)
    for profile in (Profile.OUTPATIENT, Profile.MENTIONS):
        times = _time([lambda e=e, p=profile: suggester.suggest([e], p) for e in encounters])  # type: ignore[misc]
        yield Row(f"suggest, {WORDS}-word note, {profile.value}, p50 / p95", _latency(times))
    yield Row("suggest, one process", f"{1000 * len(times) / sum(times):.1f} notes a second")


def _review_rows(home: Home) -> Iterator[Row]:
    reviewer = load_reviewer(home, load_library(home))
    claims = list(demo_claims())
    times = _time([lambda c=c: reviewer.review([c]) for c in claims * 5])  # type: ignore[misc]
    yield Row("review, one claim, p50 / p95", _latency(times))
    many = billed_claims(REVIEWED)
    started = time.perf_counter()
    reviewer.review(many)
    yield Row("review, in bulk, one process", f"{len(many) / (time.perf_counter() - started):.0f} claims a second")
    workers = os.cpu_count() or 1
    texts = [claim.model_dump_json() for claim in many]
    speed = _speed_of(review_in_bulk(home, texts * workers * 5, workers=workers))
    yield Row(f"review, in bulk, {workers} processes", f"{speed:.0f} claims a second")


def _speed_of(answers: Iterator[object]) -> float:
    """Answers a second, once the first is there: the workers have loaded their models by then."""
    next(answers)
    started = time.perf_counter()
    return sum(1 for _ in answers) / (time.perf_counter() - started)


def _reading_rows() -> Iterator[Row]:
    for name, content in (("837 claims", claim_file()), ("835 remittances", answer_file())):
        whole = content * -(-READ_BYTES // len(content))
        started = time.perf_counter()
        read = sum(1 for _ in X12Reader(BytesIO(whole)).read())
        seconds = time.perf_counter() - started
        yield Row(f"X12, {name}", f"{len(whole) / seconds / 1e6:.1f} MB a second, {read / seconds:,.0f} a second")


def _search_rows(home: Home) -> Iterator[Row]:
    search = load_code_search(home, load_library(home))
    search.search("warm", limit=20)
    times = _time([lambda q=q: search.search(q, limit=20) for q in QUERIES * 12])  # type: ignore[misc]
    yield Row("code search, first page, p50 / p95", _latency(times))


def _import_rows(latest: Callable[[CodeSystem], CodeSet | None]) -> Iterator[Row]:
    code_set = latest(CodeSystem.ICD10CM)
    if code_set is None:
        return
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / "icd10cm-order-2026.txt"
        path.write_text("".join(_order_lines(code_set)), "utf8")
        started = time.perf_counter()
        report = import_release(
            "icd10cm", [path], home=Home(Path(work)), release="bench", valid_from=date(2025, 10, 1), by="bench"
        )
        seconds = time.perf_counter() - started
    yield Row("import, ICD-10-CM order file", f"{report.rows:,} codes in {seconds:.1f} s")


def _order_lines(code_set: CodeSet) -> Iterator[str]:
    rows = zip(code_set.codes, code_set.terms, code_set.billable, strict=True)
    for number, (code, term, is_billable) in enumerate(rows, start=1):
        yield f"{number:05d} {code:<7} {int(is_billable)} {term[:60]:<60} {term}\n"


def _service_rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as work, _service(Path(work)) as (address, process, started):
        _wait_ready(address)
        yield Row("service, from start to ready, fresh home", f"{time.perf_counter() - started:.1f} s")
        tree = [process, *process.children(recursive=True)]
        resident = sum(item.memory_info().rss for item in tree) / 2**20
        yield Row("service, resident memory when ready", f"{resident:.0f} MiB")


@contextmanager
def _service(home: Path) -> Iterator[tuple[str, psutil.Process, float]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = time.perf_counter()
    command = [sys.executable, "-m", "chartcode", "serve", "--port", str(port)]
    environment = {**os.environ, "CHARTCODE_HOME": str(home)}
    environment.pop("CHARTCODE_DATABASE_URL", None)
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}", psutil.Process(process.pid), started
    finally:
        process.terminate()
        process.wait(30)


def _wait_ready(address: str) -> None:
    limit = time.perf_counter() + START_LIMIT_S
    while time.perf_counter() < limit:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2):  # noqa: S310 - our own loopback address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError("the service did not become ready")


def long_encounters(words: int) -> list[Encounter]:
    """The invented demo notes, each drawn out to `words` words with those that follow it."""
    notes = demo_encounters()
    texts = [note.documents[0].text for note in notes]
    return [
        note.model_copy(update={"documents": (Note(document_id="d1", text=_draw_out(texts[i:] + texts[:i], words)),)})
        for i, note in enumerate(notes)
    ]


def _draw_out(texts: Sequence[str], words: int) -> str:
    lines, count = [], 0
    for line in "\n".join(texts).split("\n"):
        lines.append(line)
        count += len(line.split())
        if count >= words:
            break
    return "\n".join(lines)


def _time(calls: Sequence[Callable[[], object]]) -> list[float]:
    """Milliseconds of each call after one round to warm up, at least ROUNDS of them."""
    for call in calls:
        call()
    times = []
    for _ in range(-(-ROUNDS // len(calls))):
        for call in calls:
            started = time.perf_counter()
            call()
            times.append(1000 * (time.perf_counter() - started))
    return times


def _latency(times: Sequence[float]) -> str:
    middle, high = np.percentile(times, [50, 95])
    return f"{middle:.0f} / {high:.0f} ms" if high >= 10 else f"{middle:.1f} / {high:.1f} ms"
