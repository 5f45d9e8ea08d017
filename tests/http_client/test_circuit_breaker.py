"""A server that is slow or down costs its own guests only."""

from __future__ import annotations

import logging
import runpy
import socket
import threading
from pathlib import Path

import pytest

from portal.errors import Unreachable
from portal.http_client import Busy, HttpClient, Request, Server
from portal.http_client.circuit_breaker import CALLS, FAILURES, PAUSE, SHARE, CircuitBreaker, Slots
from tests.http_client.hostile import Line, hostile, raw, says, within


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def calls_taken(*breakers: CircuitBreaker) -> list[int]:
    """How many calls each breaker lets in when all are stormed in turn."""
    taken = [0] * len(breakers)
    for _ in range(CALLS):
        for number, breaker in enumerate(breakers):
            try:
                breaker.acquire()
                taken[number] += 1
            except Busy:
                pass
    return taken


def test_a_worker_has_more_threads_than_there_can_be_calls():
    settings = runpy.run_path(str(Path(__file__).parents[2] / "gunicorn.conf.py"))
    assert settings["threads"] >= CALLS + 8


def test_one_slow_server_leaves_places_for_others():
    slots = Slots()
    assert calls_taken(CircuitBreaker("a", slots)) == [534]
    assert slots.free == 66
    assert sum(calls_taken(CircuitBreaker("b", slots))) > 8


def test_several_slow_servers_share_what_there_is():
    taken = calls_taken(*(CircuitBreaker(name, slots) for slots in [Slots()] for name in "abcd"))
    assert min(taken) >= 125
    assert sum(taken) < CALLS


def test_places_come_back():
    slots = Slots(10)
    breaker = CircuitBreaker("a", slots)
    for _ in range(3):
        taken = calls_taken(breaker)[0]
        for _ in range(taken):
            breaker.release(True)
    assert slots.free == 10
    assert taken == 9 == 10 * SHARE // (SHARE + 1) + 1


def test_calls_beyond_the_share_are_answered_at_once_and_another_server_is_reached_at_once():
    """A hundred guests before a controller that hangs, another venue's call meanwhile."""
    asked, go = threading.Semaphore(0), threading.Event()

    def hangs(line: Line) -> None:
        line.hears()
        asked.release()
        go.wait(10)
        line.says(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    slots, outcomes = Slots(40), []

    def guest(client: HttpClient) -> None:
        try:
            outcomes.append(client.send(Request("GET", "/", "ask")).status)
        except Unreachable as error:
            outcomes.append(type(error).__name__)

    with hostile(hangs) as slow, hostile(says(b"ok")) as quick:
        sick, well = (HttpClient(Server(one.url), CircuitBreaker("x", slots)) for one in (slow, quick))
        threads = [threading.Thread(target=guest, args=(sick,)) for _ in range(100)]
        for one in threads:
            one.start()
        for _ in range(36):
            assert asked.acquire(timeout=5)
        with within(3):
            with pytest.raises(Busy) as busy:
                sick.send(Request("GET", "/", "ask"))
            assert well.send(Request("GET", "/", "ask")).body == b"ok"
        assert busy.value.retry_after > 0
        go.set()
        for one in threads:
            one.join()
    assert outcomes.count(200) == 36
    assert outcomes.count("Busy") == 64
    assert slots.free == 40


def test_a_server_that_is_down_is_asked_once_in_a_while_and_by_everybody_when_it_is_back(caplog):
    clock = Clock()
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))  # held, and nobody listens yet
        client = HttpClient(
            Server(f"http://127.0.0.1:{port.getsockname()[1]}/", connect_timeout=1),
            CircuitBreaker("box", Slots(), clock),
        )
        call = Request("GET", "/", "ask")
        for _ in range(FAILURES):
            with pytest.raises(Unreachable, match="ConnectionRefused"):
                client.send(call)
        for _ in range(2):
            with pytest.raises(Busy, match="down"):
                client.send(call)
            clock.now += PAUSE
            with pytest.raises(Unreachable, match="ConnectionRefused"):
                client.send(call)
        with pytest.raises(Busy, match="down"):
            client.send(call)
        clock.now += PAUSE
        with hostile(says(b"ok"), listener=port):
            assert [client.send(call).body for _ in range(3)] == [b"ok"] * 3
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == [
        "host=box is down: 5 connections failed in a row",
        "host=box is back",
    ]


def test_a_call_that_finds_out_holds_nobody_for_longer_than_the_pause():
    clock = Clock()
    breaker = CircuitBreaker("a", Slots(), clock)
    for _ in range(FAILURES):
        breaker.acquire()
        breaker.release(False)
    clock.now += PAUSE
    breaker.acquire()  # finds out, and takes its time
    with pytest.raises(Busy):
        breaker.acquire()
    clock.now += PAUSE
    breaker.acquire()
    breaker.release(True)
    breaker.acquire()


def test_an_answer_in_between_starts_the_count_anew():
    breaker = CircuitBreaker("a", Slots(), Clock())
    for connected in (False, False, False, False, True) * 4:
        breaker.acquire()
        breaker.release(connected)


def test_a_slow_or_broken_answer_is_no_failed_connection():
    with hostile(raw(b"<html>")) as server:
        client = HttpClient(Server(server.url, read_timeout=0.5), CircuitBreaker("a", Slots(), Clock()))
        for _ in range(FAILURES + 3):
            with pytest.raises(Exception, match="BadStatusLine"):
                client.send(Request("GET", "/", "ask", acts=False))
