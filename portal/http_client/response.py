"""What a server said, bounded and typed; nothing of it is believed."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from portal import strict_json

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_COOKIE = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]{1,256})=\"?([!#-:<-\[\]-~]{0,4096})\"?\s*(?:;|$)")
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
LONGEST_URL = 4096


class TooLarge(Exception):
    """An answer that nobody reads to its end."""


class BadEncoding(Exception):
    """A body that is not packed as it says."""


@dataclass(frozen=True)
class Response:
    """An answer of any status to a request for ``url``. ``cookies``: names and values in the order they came."""

    url: str
    status: int
    body: bytes
    location: str = ""
    cookies: tuple[tuple[str, str], ...] = ()

    @property
    def redirect(self) -> str:
        """Where this answer sends to, absolute; empty when it is no redirect, or one to no address or another host."""
        if self.status not in _REDIRECTS or not self.location:
            return ""
        try:
            # As it came, byte by byte: a URL is ASCII, and what is not may be UTF-8 or Latin-1.
            target = urljoin(self.url, quote(self.location.encode("latin-1"), safe=_PRINTABLE))
        except ValueError:
            return ""
        return target if len(target) <= LONGEST_URL and same_host(self.url, target) else ""

    @property
    def is_redirect(self) -> bool:
        """Whether it sends anywhere at all."""
        return self.status in _REDIRECTS

    def json_object(self) -> dict[str, Any] | None:
        """The JSON object that the body is; None for anything else. Its values are still anything."""
        try:
            value = strict_json.loads(self.body.decode("utf-8-sig", "replace"))
        except ValueError:
            return None
        return value if isinstance(value, dict) else None


def same_host(one: str, other: str) -> bool:
    """Whether two URLs lead to one server; http may become https, never the other way round."""
    try:
        here, there = urlsplit(one), urlsplit(other)
        same_port = here.port == there.port
    except ValueError:
        return False
    if not here.hostname or here.hostname != there.hostname or "@" in there.netloc:
        return False
    return (here.scheme == there.scheme and same_port) or (here.scheme, there.scheme) == ("http", "https")


def cookies_of(lines: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The cookies of ``Set-Cookie`` lines; a line that is none is left out.

    RFC 6265, 4.1.1, and the comma, which PHP's session ids may hold.
    """
    return tuple((found[1], found[2]) for line in lines if (found := _COOKIE.match(line)))


def unpacked(body: bytes, encoding: str, size: int) -> bytes:
    """A body as it was before ``Content-Encoding``; raises :class:`TooLarge` past ``size``, :class:`BadEncoding`."""
    if encoding.strip().lower() not in {"gzip", "x-gzip", "deflate"}:
        return body  # we ask for gzip alone; servers also write "none" or "UTF-8" here and mean the body as it is
    packed = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        out = packed.decompress(body, size + 1)
    except zlib.error:
        raise BadEncoding(encoding) from None
    if len(out) > size:
        raise TooLarge
    if not packed.eof:
        raise BadEncoding("cut")
    return out
