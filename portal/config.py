"""What an operator sets: frozen, typed, from the environment, every fault reported at once."""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.session import DEFAULT_LIFE
from portal.shared_store import check_url

PREFIX = "PORTAL_"
SHORTEST_SECRET = 32
RENAMED = {"RATELIMIT_STORAGE_URI": "STORE"}
AFTERWARDS = (
    "write for example PORTAL_STORE=redis://127.0.0.1:6379/0, or leave it out for a file in PORTAL_STATE"
)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_FOREIGN = re.compile(PREFIX + r"(SERVICE_|PORT(_|$))")
"""What Kubernetes sets for a service that is called portal."""


class BadConfig(SystemExit):
    """The start is refused; the message lists every fault with what would be right."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("The portal cannot start:\n" + "\n".join(f"  * {fault}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Config:
    """``venues``: folder of venue folders. ``secret_keys``: newest last. ``state_life``: seconds.

    ``trusted_hosts`` empty = any Host header is served (absolute URLs then follow it). ``hosts``: the venue whose
    landing page ``/`` is, by host name. ``proxies``: how many trusted proxies set ``X-Forwarded-*``. ``monitors``:
    networks that may read ``/readyz`` and ``/metrics`` beside this host itself. ``log``: text or json. ``store``: URL
    of what processes share, "" = a file in ``state``. ``demo`` lifts the refusal of the bundled demo secrets.
    """

    venues: Path
    secret_keys: tuple[str, ...]
    trusted_hosts: tuple[str, ...] = ()
    proxies: int = 0
    store: str = ""
    state_life: int = DEFAULT_LIFE
    state_folder: Path | None = None
    demo: bool = False
    hosts: Mapping[str, str] = field(default_factory=dict)
    monitors: tuple[Network, ...] = ()
    log: str = "text"

    @property
    def state(self) -> Path:
        """The folder for what the portal writes: ``PORTAL_STATE``, else beside the venues."""
        return self.state_folder or self.venues / ".state"


def from_environment(environ: Mapping[str, str] = os.environ) -> Config:
    """Read ``PORTAL_*`` (or the file that ``PORTAL_*_FILE`` names); raises :class:`BadConfig`."""
    faults, values = list(_misnamed(environ)), {}
    for name, (where, parse, default) in _SETTINGS.items():
        try:
            values[where] = parse(_value(environ, PREFIX + name, default))
        except (ValueError, OSError) as error:
            faults.append(f"{PREFIX}{name}: {error}")
    if faults:
        raise BadConfig(faults)
    return Config(**values)


def _misnamed(environ: Mapping[str, str]) -> Iterator[str]:
    """Variables that look like settings of ours and are none."""
    for variable in environ:
        if not variable.startswith(PREFIX) or _FOREIGN.match(variable):
            continue
        name = variable.removeprefix(PREFIX).removesuffix("_FILE")
        if name in RENAMED:
            yield f"{variable}: is called {PREFIX}{RENAMED[name]} now; {AFTERWARDS}"
        elif name not in _SETTINGS:
            close = difflib.get_close_matches(name, _SETTINGS, 1)
            there = ", ".join(sorted(PREFIX + known for known in _SETTINGS))
            meant = f"did you mean {PREFIX}{close[0]}?" if close else f"there are {there}"
            yield f"{variable}: no such setting; {meant}"


def log_shape(environ: Mapping[str, str] = os.environ) -> str:
    """What ``PORTAL_LOG`` says, or its file; text for what :func:`from_environment` refuses."""
    try:
        return _log(_value(environ, PREFIX + "LOG", "text"))
    except (ValueError, OSError):
        return "text"


def _value(environ: Mapping[str, str], name: str, default: str | None) -> str:
    if file := environ.get(name + "_FILE"):
        try:
            return Path(file).read_text().strip()
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", "") or "it is no text"
            raise ValueError(f"{name}_FILE names {file!r}, which cannot be read: {why}") from error
    value = environ.get(name, default)
    if value is None or (default is None and not value.strip()):
        raise ValueError(f"is required; set it, or name a file that holds it in {name}_FILE")
    return value.strip()


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise ValueError(f"{text!r} is not a folder; it must hold one folder per venue")
    try:
        next(path.iterdir(), None)
    except OSError as error:
        raise ValueError(f"{text!r} cannot be listed: {error.strerror}") from error
    return path.resolve()


def _state(text: str) -> Path | None:
    path = Path(text)
    if text and path.exists() and not path.is_dir():
        raise ValueError(f"{text!r} is not a folder")
    return path.resolve() if text else None


def _hosts(text: str) -> tuple[str, ...]:
    for host in _words(text):
        if "/" in host:
            raise ValueError(f"{host!r} is not a host name; write portal.example, without https://")
    return _words(text)


def _venue_by_host(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in _words(text):
        host, equals, venue = pair.lower().partition("=")
        if not equals or not host or not venue or "/" in host:
            raise ValueError(
                f"{pair!r} names no host and venue; write wifi.hotel.example=my-hotel, several with commas"
            )
        if host in found:
            raise ValueError(f"{host!r} stands twice; each host is one venue's")
        found[host] = venue
    return found


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(word) for word in _words(text))
    except ValueError as error:
        raise ValueError(
            f"{error}; write networks like 10.0.0.0/8 or 2001:db8::/32, several with commas"
        ) from error


def _log(text: str) -> str:
    if text not in ("text", "json"):
        raise ValueError(f"{text!r} is no kind of log; there are text and json")
    return text


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _keys(text: str) -> tuple[str, ...]:
    keys = _words(text)
    if not keys or any(len(key) < SHORTEST_SECRET for key in keys):
        raise ValueError(
            f"each key needs {SHORTEST_SECRET} characters or more, several are separated by blanks, newest last; "
            'make one with: python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    return keys


def _between(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise ValueError(f"{text!r} is not a whole number from {low} to {high}")
        return int(text)

    return parse


def _store(text: str) -> str:
    return check_url(text) if text else ""


_SETTINGS: Mapping[str, tuple[str, Callable[[str], Any], str | None]] = {
    "VENUES": ("venues", _folder, None),
    "SECRET_KEY": ("secret_keys", _keys, None),
    "TRUSTED_HOSTS": ("trusted_hosts", _hosts, ""),
    "PROXIES": ("proxies", _between(0, 9), "0"),
    "STORE": ("store", _store, ""),
    "STATE_LIFE": ("state_life", _between(20 * 60, 3 * 3600), str(DEFAULT_LIFE)),
    "STATE": ("state_folder", _state, ""),
    "HOSTS": ("hosts", _venue_by_host, ""),
    "MONITORS": ("monitors", _networks, ""),
    "LOG": ("log", _log, "text"),
}
"""Names without the prefix: the field of :class:`Config`, how it is read, and the default (None: required)."""
