"""What processes share: the same in a SQLite file, in memory and in Redis; many at once; broken in every way."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from portal.shared_store import Due, Pace, SharedStore, StillLocked, Turn, Window, check_url, open_store
from portal.shared_store.backend import StoreDown
from portal.shared_store.redis_server import RedisBackend
from portal.shared_store.sqlite import SqliteBackend
from tests.redis_server import redis_server

OLD, NEW = "an-old-key-for-tests-of-32-characters", "a-new-key-for-tests-of-32-characters!"
AGE_ALL = """
for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key) - ARGV[1]
  if left > 0 then redis.call('PEXPIRE', key, left) else redis.call('DEL', key) end
end
"""


class Place:
    """A backend whose time can be moved."""

    def __init__(self, kind: str, folder: Path, url: str) -> None:
        self.kind, self.now, self.url = kind, 1_000_000.0, url
        if kind == "redis":
            self.backend, self._redis = RedisBackend(url), redis.Redis.from_url(url)
            self._redis.flushall()
        else:
            self.backend = SqliteBackend(folder / "s" if kind == "file" else None, lambda: self.now)

    def passes(self, seconds: float) -> None:
        self.now += seconds
        if self.kind == "redis":
            self._redis.eval(AGE_ALL, 0, int(seconds * 1000))

    def close(self) -> None:
        self.backend.close()
        if self.kind == "redis":
            self._redis.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture(params=["file", "memory", "redis"])
def place(request, tmp_path, server):
    place = Place(request.param, tmp_path, server.url)
    yield place
    place.close()


@pytest.fixture
def store(place):
    store = SharedStore(place.backend, (OLD,))
    yield store
    store.close()


def test_once_is_once_until_it_is_forgotten(store, place):
    assert store.add_once(60, "voucher", "abc")
    assert not store.add_once(60, "voucher", "abc")
    assert store.add_once(60, "voucher", "abd")
    assert store.add_once(60, "vouchera", "bc"), "names do not run together"
    place.passes(61)
    assert store.add_once(60, "voucher", "abc")
    store.forget("voucher", "abc")
    assert store.add_once(60, "voucher", "abc")


def test_a_repeated_call_of_the_same_caller_is_no_second_one(place):
    assert place.backend.add(b"key", b"mine", 1000)
    assert place.backend.add(b"key", b"mine", 1000)
    assert not place.backend.add(b"key", b"yours", 1000)


def test_sums_end_when_the_first_one_said(store, place):
    assert [store.increment(60, "sum"), store.increment(60, "sum", by=5)] == [1, 6]
    place.passes(59)
    assert store.number("sum") == 6
    assert store.increment(60, "sum") == 7
    place.passes(2)
    assert store.number("sum") == 0
    assert store.increment(60, "sum") == 1


def test_a_number_only_grows(store, place):
    assert [store.raise_to(number, 60, "last") for number in (5, 3, 9, 9)] == [5, 5, 9, 9]
    assert store.number("last") == 9
    place.passes(61)
    assert store.raise_to(2, 60, "last") == 2


def test_a_result_is_kept_for_its_time_and_the_last_one_counts(store, place):
    assert store.result("account", "x") is None
    store.keep(b"anna / s3cret", 60, "account", "x")
    store.keep(b"berta / s3cret", 60, "account", "x")
    assert store.result("account", "x") == b"berta / s3cret"
    assert store.result("account", "y") is None
    place.passes(61)
    assert store.result("account", "x") is None


def test_a_lock_holds_one_and_ends_with_its_holder(store, place):
    with store.lock(60, 0, "form"), pytest.raises(StillLocked), store.lock(60, 0, "form"):
        pytest.fail("two at once")
    with contextlib.suppress(KeyError), store.lock(60, 0, "form"):
        raise KeyError
    with store.lock(60, 0, "form"):
        pass


def test_a_lock_of_a_dead_holder_ends_and_its_late_end_takes_nobody_elses_away(store, place):
    dead = store.lock(60, 0, "form")
    dead.__enter__()
    place.passes(61)
    with store.lock(60, 0, "form"):
        dead.__exit__(None, None, None)
        with pytest.raises(StillLocked), store.lock(60, 0, "form"):
            pytest.fail("two at once")


def test_who_waits_gets_in_when_the_other_is_done(store):
    first = store.lock(60, 0, "form")
    first.__enter__()
    pauses = []

    def pause(seconds):
        pauses.append(seconds)
        first.__exit__(None, None, None)

    with store.lock(60, 5, "form", pause=pause):
        assert len(pauses) == 1


def test_a_window_lets_so_many_in_and_takes_them_back(store, place):
    window = Window(("codes", "x"), 3, 60)
    receipts = [store.take([window]).receipt for _ in range(3)]
    full = store.take([window])
    assert (full.passed, full.receipt) == (False, "")
    assert 59 <= full.wait <= 60
    place.passes(20)
    assert 39 <= store.look([window]).wait <= 40
    store.give_back(receipts[0])
    assert store.look([window]).passed
    assert store.take([window]).passed
    assert not store.take([window]).passed
    for receipt in receipts * 3:
        store.give_back(receipt)
    assert [store.take([window]).passed for _ in range(4)] == [True] * 3 + [False], "never below none"
    place.passes(61)
    assert store.take([window]).passed
    store.give_back("")


def test_all_steps_or_none(store):
    wide, narrow = Window(("wide",), 5, 60), Window(("narrow",), 1, 60)
    assert store.take([wide, narrow]).passed
    taken = store.take([wide, narrow])
    assert (taken.passed, list(taken.refused)) == (False, [1])
    assert store.number("wide") == 1


def test_looking_takes_nothing(store):
    for _ in range(3):
        assert store.look([Window(("w",), 1, 60), Turn(("t",), 60), Pace(("p",), (0, 10), 60)]).passed
    assert store.take([Window(("w",), 1, 60)]).passed


def test_attempts_come_slower_and_slower(store, place):
    pace = Pace(("device",), (0, 0, 10, 30), 3600)
    assert store.take([pace]).passed
    assert store.take([pace]).passed
    assert 9 <= store.take([pace]).wait <= 10
    place.passes(10)
    assert store.take([pace]).passed
    assert 29 <= store.take([pace]).wait <= 30
    place.passes(30)
    assert store.take([pace]).passed
    assert 29 <= store.take([pace]).wait <= 30
    place.passes(3601)
    assert store.take([pace]).wait == 0


def test_turns_come_one_after_the_other(store, place):
    now, ahead = Turn(("room",), 180), Turn(("room",), 180, 360)
    assert store.take([now]).waits == [0]
    assert 179 <= store.take([now]).wait <= 180
    given = [store.take([ahead]) for _ in range(3)]
    assert [one.passed for one in given] == [True, True, False]
    assert [round(one.waits[0], -1) for one in given] == [180, 360, 540]
    place.passes(540)
    assert store.take([now]).passed


def test_what_is_due_is_used_once(store, place):
    due = Due(("mine",), 60)
    absent = store.take([due])
    assert (absent.passed, absent.wait) == (False, 0)
    store.add_once(160, "mine")
    assert 99 <= store.take([due]).wait <= 100
    place.passes(100)
    assert store.take([due]).passed
    assert not store.take([due]).passed


names = some.sampled_from([("a",), ("b",), ("c",)])
times = some.sampled_from([0, 1000, 2000, 5000])
steps = some.one_of(
    some.builds(Window, names, some.integers(0, 3), some.sampled_from([1000, 5000])),
    some.builds(Pace, names, some.lists(times, min_size=1, max_size=4).map(tuple), some.sampled_from([9000])),
    some.builds(Turn, names, some.sampled_from([1000, 3000]), times),
    some.builds(Due, names, times),
)
moves = some.lists(
    some.one_of(some.lists(steps, min_size=1, max_size=3), some.sampled_from([500, 1500, 4000]))
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(moves)
def test_redis_and_sqlite_say_the_same(server, tmp_path, moves):
    places = [Place("memory", tmp_path, ""), Place("redis", tmp_path, server.url)]
    stores = [SharedStore(place.backend, (OLD,)) for place in places]
    try:
        for move in moves:
            if isinstance(move, int):
                for place in places:
                    place.passes(move)
                continue
            ours, theirs = (store.take(move) for store in stores)
            assert list(ours.refused) == list(theirs.refused), move
            assert ours.waits == pytest.approx(theirs.waits, abs=60), move
    finally:
        for place in places:
            place.close()


# Many at once


START: Any = None


def _ready(barrier: Any) -> None:
    global START
    START = barrier


def _many(url: str, folder: str, mark: str) -> list[int]:
    """In a process of its own, with 8 threads: windows passed, firsts, and how often two were in one lock."""
    store, together = open_store(url, Path(folder), (OLD,)), []
    START.wait()
    inside = Path(folder) / "inside"

    def one(_number: int) -> list[int]:
        passed = store.take([Window(("all", mark), 1000, 600), Window(("window", mark), 12, 600)]).passed
        first = store.add_once(600, "first", mark)
        store.increment(600, "sum", mark)
        store.raise_to(_number, 600, "greatest", mark)
        with store.lock(60, 60, "lock", mark):
            try:
                os.close(os.open(inside, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                together.append(1)
            inside.unlink(missing_ok=True)
        return [int(passed), int(first)]

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(one, range(64)))
    store.close()
    return [sum(column) for column in zip(*counts, strict=True)] + [len(together)]


@pytest.mark.parametrize("kind", ["file", "redis"])
def test_many_processes_and_threads_count_together(kind, tmp_path, server, caplog):
    url = server.url if kind == "redis" else ""
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(3, _ready, (spawn.Barrier(3),)) as pool:
        found = pool.starmap(_many, [(url, str(tmp_path), str(tmp_path))] * 3)
    assert [sum(column) for column in zip(*found, strict=True)] == [12, 1, 0]
    store, mark = open_store(url, tmp_path, (OLD,)), str(tmp_path)
    assert (store.number("sum", mark), store.number("all", mark)) == (192, 12)
    assert store.number("greatest", mark) == 63
    store.close()


def in_a_child(call) -> int:
    """What a forked child makes of it; 255 = it raised something."""
    child = os.fork()
    if child == 0:
        code = 255
        try:
            code = int(call())
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_forked_child_opens_its_own_file(tmp_path):
    store = open_store("", tmp_path, (OLD,))
    store.increment(60, "sum")
    with store._backend._lock:
        assert in_a_child(lambda: store.increment(60, "sum")) == 2, "another thread was in there at the fork"
    assert store.increment(60, "sum") == 3
    store.close()


def test_what_was_used_up_is_known_after_a_restart(tmp_path):
    for expected in (True, False):
        store = open_store("", tmp_path, (OLD,))
        assert store.add_once(60, "voucher") is expected
        store.close()


def test_a_killed_process_spoils_nothing(tmp_path):
    code = (
        "import sys; from pathlib import Path; from portal.shared_store import open_store\n"
        f"store = open_store('', Path(sys.argv[1]), ('{OLD}',))\n"
        "while True: print(store.increment(600, 'sum'), flush=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as run:
        told = [int(run.stdout.readline()) for _ in range(100)]
        run.kill()
        told += map(int, run.stdout.read().split())
    store = open_store("", tmp_path, (OLD,))
    assert store.increment(600, "sum") in (told[-1] + 1, told[-1] + 2)
    store.close()


# Broken


def wait_for_mending() -> None:
    for thread in threading.enumerate():
        if thread.name == "shared store":
            thread.join(20)


def lines(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "portal.shared_store"]


def seconds(call) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began


def test_a_frozen_store_costs_one_guest_less_than_a_second_and_nobody_after(tmp_path, caplog):
    with redis_server(tmp_path) as server:
        store = open_store(server.url, tmp_path, (OLD,))
        assert store.increment(60, "sum") == 1
        with server.frozen():
            with ThreadPoolExecutor(20) as pool:
                took = list(pool.map(lambda _: seconds(lambda: store.increment(60, "sum")), range(20)))
            assert max(took) < 1
            assert seconds(lambda: [store.increment(60, "sum") for _ in range(50)]) < 0.2
            assert [store.take([Window(("w",), 3, 60)]).passed for _ in range(4)] == [True] * 3 + [False]
            assert store.works() is False
        wait_for_mending()
        assert store.works()
        assert 2 <= store.number("sum") <= 21, "back in Redis, with what was on its way when it froze"
        store.close()
    assert len(lines(caplog)) == 2
    assert "TimeoutError" in lines(caplog)[0]
    assert "works again" in lines(caplog)[1]


def test_a_dead_store_costs_nothing(tmp_path, caplog):
    with redis_server(tmp_path) as server:
        store = open_store(server.url, tmp_path, (OLD,))
        store.increment(60, "sum")
        server.kill()
        assert seconds(lambda: [store.increment(60, "sum") for _ in range(50)]) < 0.2
    with store.lock(60, 0, "form"), pytest.raises(StillLocked), store.lock(60, 0, "form"):
        pytest.fail("this process still knows its own")
    store.close()
    assert len(lines(caplog)) == 1


def test_a_store_that_was_started_anew_is_used_at_once(tmp_path, caplog):
    with redis_server(tmp_path) as server:
        store = open_store(server.url, tmp_path, (OLD,))
        store.increment(60, "sum")
        redis.Redis.from_url(server.url).client_kill_filter(_type="normal", skipme=True)
        assert store.increment(60, "sum") == 2
        store.close()
    assert lines(caplog) == []


def test_a_broken_file_keeps_no_hotel_offline(tmp_path, caplog):
    (tmp_path / "shared.sqlite").write_bytes(b"no database at all" * 1000)
    store = open_store("", tmp_path, (OLD,))
    assert [store.add_once(60, "x"), store.add_once(60, "x")] == [True, False]
    assert "DatabaseError" in lines(caplog)[0]
    (tmp_path / "shared.sqlite").unlink()
    wait_for_mending()
    assert store.works()
    store.close()


def test_a_folder_that_somebody_emptied_is_begun_anew_by_all(tmp_path, caplog):
    stores = [open_store("", tmp_path / "state", (OLD,)) for _ in range(2)]
    for store in stores:
        store.increment(60, "sum")
    shutil.rmtree(tmp_path / "state")
    assert [store.increment(60, "sum") for store in stores] == [1, 2]
    for store in stores:
        store.close()
    assert lines(caplog) == []


def test_a_folder_that_cannot_be_written_has_a_stand_in(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    (tmp_path / "file").write_text("a file, no folder")
    stores = [open_store("", tmp_path / "file" / "state", (OLD,)) for _ in range(2)]
    assert [store.add_once(60, "x") for store in stores] == [True, False]
    for store in stores:
        store.close()
    (folder,) = (tmp_path / "temporary").iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert "PORTAL_STATE" in lines(caplog)[0]


def test_a_disk_that_fills_up_does_not_stop_it(tmp_path):
    store = open_store("", tmp_path, (OLD,))
    store.add_once(60, "first")
    store.close()
    store = open_store("", tmp_path, (OLD,))
    store.add_once(60, "second")
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]

    def fill() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (max(sizes), max(sizes)))
        return sum(store._backend.add(b"%016d" % number, b"1", 60_000) for number in range(3000)) == 3000

    assert in_a_child(fill) == 1
    store.close()


def test_a_file_of_another_process_that_never_ends_its_writing_is_left_alone(tmp_path, caplog):
    store = open_store("", tmp_path, (OLD,))
    store.increment(60, "sum")
    other = sqlite3.connect(tmp_path / "shared.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert seconds(lambda: store.increment(60, "sum")) < 1
    assert seconds(lambda: store.increment(60, "sum")) < 0.05
    other.execute("ROLLBACK")
    other.close()
    wait_for_mending()
    assert store.increment(60, "sum") == 2
    store.close()


# Secrets


def test_nothing_stands_in_the_store_in_clear(tmp_path, server):
    for store in (open_store("", tmp_path, (OLD,)), open_store(server.url, tmp_path, (OLD,))):
        store.keep(b"anna.berger s3cret", 60, "account", "room Zirbenstube")
        store.take([Window(("codes", "anna.berger@example.org"), 3, 60)])
        store.increment(60, "anna.berger")
        store.close()
    client = redis.Redis.from_url(server.url)
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    held += b"".join(client.keys()) + b"".join(client.get(key) for key in client.scan_iter())
    client.close()
    for word in (b"anna", b"Zirbenstube", b"s3cret", b"example.org", b"codes", b"account"):
        assert word not in held


def test_only_its_owner_may_read_the_file(tmp_path):
    store = open_store("", tmp_path / "state", (OLD,))
    store.increment(60, "sum")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").iterdir()}
    store.close()
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_a_folder_that_was_removed_meanwhile_is_private_again(tmp_path):
    store = open_store("", tmp_path / "state", (OLD,))
    shutil.rmtree(tmp_path / "state")
    store.increment(60, "sum")
    store.close()
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_a_new_key_forgets_nothing_and_taking_the_old_one_away_does(tmp_path):
    before = open_store("", tmp_path, (OLD,))
    before.keep(b"result", 60, "x")
    rotated = open_store("", tmp_path, (OLD, NEW))
    assert rotated.result("x") == b"result"
    rotated.keep(b"newer", 60, "x")
    assert open_store("", tmp_path, (OLD, NEW)).result("x") == b"newer"
    assert before.result("x") is None, (
        "a host that has not got the new key yet cannot read it, and does not fall"
    )
    assert open_store("", tmp_path, (NEW,)).result("x") is None


def test_a_result_that_was_moved_or_changed_is_none(tmp_path):
    store = open_store("", tmp_path, (OLD,))
    store.keep(b"result", 60, "x")
    sealed, _left = store._backend.read(store._keys.name(["x"]))
    store._backend.put(store._keys.name(["y"]), sealed, 1000)
    store._backend.put(store._keys.name(["x"]), sealed[:-1] + b"\0", 1000)
    assert (store.result("x"), store.result("y")) == (None, None)
    store._backend.put(store._keys.name(["x"]), b"", 1000)
    assert store.result("x") is None
    store.close()


# Time


def test_no_wait_grows_when_a_clock_steps_back(tmp_path):
    place = Place("file", tmp_path, "")
    store = SharedStore(place.backend, (OLD,))
    pace, window = Pace(("p",), (0, 30), 3600), Window(("w",), 1, 60)
    assert store.take([pace, window]).passed
    place.now -= 600
    assert store.look([pace]).wait <= 30
    store.close()


def test_a_wall_clock_that_moves_changes_nothing(tmp_path, monkeypatch):
    real = time.time()
    store = open_store("", tmp_path, (OLD,))
    assert store.take([Window(("w",), 1, 60)]).passed
    for step in (-600, 600, -86_400 * 400):
        monkeypatch.setattr(time, "time", lambda step=step: real + step)
        other = open_store("", tmp_path, (OLD,))
        assert 55 <= other.look([Window(("w",), 1, 60)]).wait <= 60
        other.close()
    store.close()


def test_a_host_that_starts_with_a_wrong_clock_goes_on_from_where_it_was(tmp_path, monkeypatch):
    real, boot = time.time(), Path.read_text
    store = open_store("", tmp_path, (OLD,))
    assert store.take([Window(("w",), 1, 60)]).passed
    store.close()
    monkeypatch.setattr(time, "time", lambda: real - 86_400)
    monkeypatch.setattr(
        Path,
        "read_text",
        lambda self, *more: "another start" if self.name == "boot_id" else boot(self, *more),
    )
    store = open_store("", tmp_path, (OLD,))
    assert 55 <= store.look([Window(("w",), 1, 60)]).wait <= 61
    store.close()


def test_what_has_ended_is_swept(tmp_path):
    now = 1000.0
    backend = SqliteBackend(tmp_path / "s", lambda: now)
    for number in range(100):
        backend.add(b"%d" % number, b"x", 1000)
    now += 3600
    backend.add(b"new", b"x", 1000)
    backend.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "s")) as db:
        assert db.execute("SELECT count(*) FROM kept").fetchone() == (1,)


# Settings


@pytest.mark.parametrize(
    "url", ["redis://h:6379/0", "rediss://h/1", "valkey://h", "redis://u:p@h/0?socket_timeout=1"]
)
def test_urls_of_stores(url):
    assert check_url(url) == url


@pytest.mark.parametrize(
    "url", ["memory://", "memcached://h", "redis:h", "h:6379", "redis://h:port/0", "sqlite:///x"]
)
def test_what_is_no_store_is_told_what_would_be(url):
    with pytest.raises(ValueError, match=r"redis://127\.0\.0\.1:6379/0"):
        check_url(url)


def test_a_backend_says_when_it_is_down():
    backend = RedisBackend("redis://127.0.0.1:9/0")
    with pytest.raises(StoreDown, match="ConnectionError"):
        backend.ping()
