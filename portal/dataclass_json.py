"""Frozen dataclasses as JSON and back. What is as by default is left out; what does not fit raises :class:`Mismatch`.

Understood are dataclasses, ``str int float bool None``, string enums, ``X | None``, mappings with text as keys,
sequences and tuples (both come back as tuples), and ``Any``. A field with ``metadata={"kept": False}`` lives for one
request only.
"""

from __future__ import annotations

import enum
import types
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Reader = Callable[[Any], Any]
_PLAIN = frozenset((str, int, float, bool, type(None)))


class Mismatch(ValueError):
    """An unknown or a missing key, or a value of another type."""


def to_json(value: Any) -> Any:
    """Plain data for :func:`json.dumps`."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if is_dataclass(kind):
        return {
            item.name: to_json(found)
            for item, default in _kept(kind)
            if (found := getattr(value, item.name)) != default
        }
    if isinstance(value, Mapping):
        return {name: to_json(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(inner) for inner in value]
    return value.value if isinstance(value, enum.Enum) else value


def from_json(kind: type[T], data: Any) -> T:
    """The value of this type that :func:`to_json` made the data of."""
    found: T = _reader(cast("Hashable", kind))(data)
    return found


@cache
def _kept(kind: type) -> tuple[tuple[Field[Any], Any], ...]:
    return tuple((item, _default(item)) for item in fields(kind) if item.metadata.get("kept", True))


def _default(item: Field[Any]) -> Any:
    return item.default_factory() if item.default_factory is not MISSING else item.default


@cache
def _reader(kind: Any) -> Reader:
    outer, inner = get_origin(kind), get_args(kind)
    if kind is Any:
        return lambda data: data
    if outer in (Union, types.UnionType):
        return _one_of([_reader(part) for part in inner])
    if outer is tuple and inner[-1] is not Ellipsis:
        return _row([_reader(part) for part in inner])
    if isinstance(outer, type) and issubclass(outer, Mapping):
        return _mapping(_reader(inner[1]))
    if isinstance(outer, type) and issubclass(outer, Sequence):
        return _sequence(_reader(inner[0]))
    if is_dataclass(kind):
        return _record(kind)
    if issubclass(kind, enum.Enum):
        return _member(kind)
    return _plain(kind)


@cache
def _fields(kind: type) -> tuple[dict[str, Reader], frozenset[str]]:
    """The readers of a dataclass's fields by name, and which have to be there."""
    hints = get_type_hints(kind)
    readers = {item.name: _reader(hints[item.name]) for item, _value in _kept(kind)}
    return readers, frozenset(item.name for item, value in _kept(kind) if value is MISSING)


def _record(kind: Any) -> Reader:
    def read(data: Any) -> Any:
        readers, needed = _fields(kind)
        if not isinstance(data, dict) or not needed <= data.keys() <= readers.keys():
            raise Mismatch(kind.__name__)
        return kind(**{name: readers[name](value) for name, value in data.items()})

    return read


def _mapping(value_of: Reader) -> Reader:
    def read(data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise Mismatch("no mapping")
        return {name: value_of(value) for name, value in data.items()}

    return read


def _sequence(item_of: Reader) -> Reader:
    def read(data: Any) -> tuple[Any, ...]:
        if not isinstance(data, list):
            raise Mismatch("no list")
        return tuple(map(item_of, data))

    return read


def _row(readers: Sequence[Reader]) -> Reader:
    def read(data: Any) -> tuple[Any, ...]:
        if not isinstance(data, list) or len(data) != len(readers):
            raise Mismatch("no row")
        return tuple(reader(item) for reader, item in zip(readers, data, strict=True))

    return read


def _one_of(readers: Sequence[Reader]) -> Reader:
    def read(data: Any) -> Any:
        for reader in readers:
            try:
                return reader(data)
            except Mismatch:
                continue
        raise Mismatch("none of several")

    return read


def _member(kind: type[enum.Enum]) -> Reader:
    def read(data: Any) -> enum.Enum:
        try:
            return kind(data)
        except ValueError as error:
            raise Mismatch(kind.__name__) from error

    return read


def _plain(kind: type) -> Reader:
    def read(data: Any) -> Any:
        if type(data) is not kind:
            raise Mismatch(kind.__name__)
        return data

    return read
