"""The store of several hosts: Redis or Valkey. Every call is one command or one script; the clock is the server's.

Time-outs are short, for a guest waits: ``?socket_timeout=…&socket_connect_timeout=…`` in the URL changes them.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal.shared_store.backend import Outcome, StoreDown
from portal.shared_store.steps import Step

TIMEOUT = 0.3
"""Seconds, to connect and to read."""
SCHEMES = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss"}
PREFIX = b"{foyer}"
"""In braces: a cluster keeps all keys of a script together."""
_GIVE_BACK = """
for _, key in ipairs(KEYS) do
  if (tonumber(redis.call('GET', key) or 0) or 0) > 0 then redis.call('DECR', key) end
end
"""
_ADD = """
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
return redis.call('GET', KEYS[1]) == ARGV[1] and 1 or 0
"""
_INCREMENT = """
local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return sum
"""
_RAISE = """
local there = tonumber(redis.call('GET', KEYS[1]) or nil)
if there and there >= tonumber(ARGV[1]) then return there end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return tonumber(ARGV[1])
"""
_REMOVE_IF = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""


class RedisBackend:
    """``url``: redis://, rediss://, valkey:// or valkeys://. Connects when it is first asked; raises ValueError for
    a URL that is none."""

    def __init__(self, url: str) -> None:
        scheme, _colon, rest = url.partition("://")
        self._redis = redis.Redis.from_url(
            f"{SCHEMES[scheme]}://{rest}",
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 0),
            health_check_interval=0,
            protocol=2,
        )
        script = files("portal.shared_store").joinpath("take.lua").read_text()
        self._take, self._give_back, self._add, self._increment, self._raise, self._remove_if = (
            self._redis.register_script(text)
            for text in (script, _GIVE_BACK, _ADD, _INCREMENT, _RAISE, _REMOVE_IF)
        )

    def take(self, steps: Sequence[tuple[bytes, Step]], really: bool) -> list[Outcome]:
        """See :class:`portal.shared_store.backend.Backend`, here as everywhere below."""
        wire = json.dumps([step.wire() for _key, step in steps])
        with _answers():
            said = self._take([_key(key) for key, _step in steps], [int(really), wire])
        return [Outcome(bool(passed), wait) for passed, wait in zip(said[::2], said[1::2], strict=True)]

    def give_back(self, keys: Sequence[bytes]) -> None:
        with _answers():
            self._give_back([_key(key) for key in keys])

    def add(self, key: bytes, value: bytes, ms: int) -> bool:
        with _answers():
            return bool(self._add([_key(key)], [value, ms]))

    def put(self, key: bytes, value: bytes, ms: int) -> None:
        with _answers():
            self._redis.set(_key(key), value, px=ms)

    def increment(self, key: bytes, by: int, ms: int) -> int:
        with _answers():
            return int(self._increment([_key(key)], [by, ms]))

    def raise_to(self, key: bytes, number: int, ms: int) -> int:
        with _answers():
            return int(self._raise([_key(key)], [number, ms]))

    def read(self, key: bytes) -> tuple[bytes | int | None, int]:
        with _answers():
            pipeline = self._redis.pipeline()
            pipeline.get(_key(key))
            pipeline.pttl(_key(key))
            value, left = pipeline.execute()
        return value, max(left, 0)

    def remove(self, keys: Sequence[bytes]) -> int:
        with _answers():
            return int(self._redis.delete(*map(_key, keys)))

    def remove_if(self, key: bytes, value: bytes) -> bool:
        with _answers():
            return bool(self._remove_if([_key(key)], [value]))

    def ping(self) -> None:
        with _answers():
            self._redis.set(_key(b"ping"), b"1", px=1000)

    def close(self) -> None:
        self._redis.close()


def _key(key: bytes) -> bytes:
    return PREFIX + key.hex().encode()


@contextlib.contextmanager
def _answers() -> Iterator[Any]:
    try:
        yield
    except (redis.RedisError, OSError) as error:
        raise StoreDown(type(error).__name__) from error
