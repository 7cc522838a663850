"""The service behind a real socket."""

import json
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from threading import Event, Thread

import pytest

from api import examples
from api.serve import ServeError, greet, is_loopback, listen, make_server


@pytest.fixture
def server(world):
    """A running server, and the address that it listens on."""
    listener = listen("127.0.0.1", 0)
    made = make_server(world.app)
    thread = Thread(target=made.run, kwargs={"sockets": [listener]})
    thread.start()
    while not made.started:
        time.sleep(0.01)
    yield made, listener.getsockname(), thread
    made.should_exit = True
    thread.join(10)


def connect(address: tuple[str, int]) -> HTTPConnection:
    return HTTPConnection(*address, timeout=20)


def parts(count: int) -> Iterator[bytes]:
    return (b"x" * 65536 for _ in range(count))


def test_it_answers_and_names_no_software(server) -> None:
    _, address, _ = server
    connection = connect(address)
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())) == (200, {"status": "up"})
    assert answer.headers["server"] is None


def test_an_answer_does_not_wait_for_an_acknowledgement(server) -> None:
    """Nagle's algorithm against delayed acknowledgements costs 40 ms a request on a connection that is kept."""
    _, address, _ = server
    connection, seconds = connect(address), []
    for _ in range(20):
        started = time.perf_counter()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.03


@pytest.mark.parametrize("body", [b"x" * 5 * 1024 * 1024, "in chunks"])
def test_five_megabytes_get_an_answer_and_not_a_broken_pipe(world, server, body: bytes | str) -> None:
    _, address, _ = server
    headers = {"Authorization": f"Bearer {world.tokens['coder']}", "Content-Type": "application/json"}
    connection = connect(address)
    content = parts(80) if body == "in chunks" else body
    connection.request("POST", "/v1/encounters", body=content, headers=headers, encode_chunked=body == "in chunks")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["content-type"]) == (413, "application/problem+json")
    assert json.loads(answer.read())["title"] == "The body is too large"


def test_a_request_under_way_is_answered_before_the_end(world, server) -> None:
    running, address, thread = server
    is_asked = Event()

    def work() -> None:
        is_asked.set()
        time.sleep(0.3)

    world.suggester.before = work
    connection = connect(address)
    headers = {"Authorization": f"Bearer {world.tokens['coder']}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/encounters", body=json.dumps(examples.ENCOUNTER), headers=headers)
    assert is_asked.wait(10)
    running.should_exit = True
    assert connection.getresponse().status == 201
    thread.join(10)
    assert not thread.is_alive()
    with pytest.raises(OSError, match=r"refused|reset"):
        connect(address).request("GET", "/healthz")


def test_a_port_that_is_taken_is_told() -> None:
    with listen("127.0.0.1", 0) as listener, pytest.raises(ServeError, match=r"can't listen on 127\.0\.0\.1:"):
        listen(*listener.getsockname())


@pytest.mark.parametrize(("host", "port"), [("no such host", 8000), ("127.0.0.1", 99999), ("203.0.113.1", 8000)])
def test_an_address_that_is_none_is_told(host: str, port: int) -> None:
    with pytest.raises(ServeError):
        listen(host, port)


@pytest.mark.parametrize(
    ("host", "is_local"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("a.example", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, is_local: bool) -> None:
    assert is_loopback(host) is is_local


def test_the_greeting_says_where_and_how() -> None:
    with listen("127.0.0.1", 0) as listener:
        text = greet(listener, {"coder": "secret-1"})
        assert f"http://127.0.0.1:{listener.getsockname()[1]}/" in text
        assert text.splitlines()[-1].split() == ["coder", "secret-1"]
        assert "Sign in" not in greet(listener, {})
