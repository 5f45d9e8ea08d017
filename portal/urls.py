"""Web addresses: which are sound, what their origin is, and where a guest who is online may be sent."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

PROBES = re.compile(
    r"^(captive\.apple\.com|captive\.g\.aaplimg\.com|www\.(airport\.us|ibook\.info|itools\.info|thinkdifferent\.us|appleiphonecell\.com)"
    r"|msftconnecttest\.com|conntest\.nintendowifi\.net|ctest\.cdn\.nintendo\.net|ping\.archlinux\.org"
    r"|fedoraproject\.org/static/hotspot\.txt|www\.apple\.com/library/test|[^/]*\.(gstatic|googleapis|google)\.com/(generate|gen)_204"
    r"|.*/generate_?204|connectivitycheck\.|clients\d\.google\.com|www\.msftconnecttest\.com|www\.msftncsi\.com"
    r"|ipv6\.msftconnecttest\.com|detectportal\.firefox\.com|[^/]*network-test\.|nmcheck\.gnome\.org"
    r"|connectivity-check\.ubuntu\.com|[^/]*/(hotspot-detect\.html|connecttest\.txt|ncsi\.txt|success\.txt|canonical\.html)"
    r"|spectrum\.s3\.amazonaws\.com|[^/]*/kindle-wifi/|networkcheck\.kde\.org|[^/]*/check_network_status)",
    re.IGNORECASE,
)


CAUGHT = "http://1.0.0.1/"
"""An address that units of Icaro catch while a guest is offline; Wings sends its guests there for that."""


def web_address(text: str) -> str:
    """An absolute http or https address without user name, control characters or blanks; or nothing."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  raises for a port that is none
    except ValueError as error:
        raise ValueError(f"is no web address ({error}); write https://host/path") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise ValueError("is no web address; write https://host/path")
    if any(character <= " " or character in '\\"<>\x7f' for character in text):
        raise ValueError("holds a blank or a character that no address has; write it percent-encoded")
    return text


@lru_cache(1000)
def origin(url: str) -> str:
    """``scheme://host[:port]`` of a web address, lower-case; "" if it is none."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}".lower()


_ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[A-Za-z0-9_.-]+)(:([0-9]{1,5}|\*))?", re.ASCII)


def is_origin(text: str) -> bool:
    """Whether this is ``scheme://host[:port]`` with an ASCII host name, and may stand in a header as it is."""
    return bool(_ORIGIN.fullmatch(text))


def destination(wanted: str, landing: str) -> str:
    """Where a guest goes who is online: the page wanted first, unless it is a probe or no clean web address."""
    try:
        clean = web_address(wanted.strip())
    except ValueError:
        return landing
    if not clean or not clean.isascii():
        return landing
    parts = urlsplit(clean)
    if "." not in (parts.hostname or "") or PROBES.match((parts.hostname or "") + parts.path):
        return landing
    return clean
