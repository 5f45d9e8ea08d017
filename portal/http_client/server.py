"""How a server is reached, and whom it has to prove itself to."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

import certifi
from urllib3.util.ssl_ import create_urllib3_context

Tls = Literal["strict", "old"]


class NoTrust(Exception):
    """The CA file cannot be read; nothing is asked without it."""


@dataclass(frozen=True)
class Server:
    """How one server is reached.

    ``url``: any URL of it; scheme, host and port count. ``verify``: its certificate is checked against the system's
    authorities (True), against those of a file (its path), or not at all (False). ``tls``: ``old`` lets controllers in
    that only know TLS 1.0, 1.1 or keys and ciphers of that time. ``connect_timeout``: seconds until connected, TLS
    included; ``read_timeout``: seconds for the whole answer from then on. ``max_size``: bytes of an answer, packed and
    unpacked.
    """

    url: str
    verify: bool | str = True
    tls: Tls = "strict"
    connect_timeout: float = 5
    read_timeout: float = 30
    max_size: int = 1_000_000

    @property
    def host(self) -> str:
        """The host alone, for the log; ``?`` when the URL has none."""
        try:
            return urlsplit(self.url).hostname or "?"
        except ValueError:
            return "?"


def tls_context(server: Server) -> ssl.SSLContext:
    """What a TLS connection to this server asks for, made once and again when a CA file has changed.

    Raises :class:`NoTrust`.
    """
    verify = server.verify
    try:
        about = os.stat(verify) if isinstance(verify, str) else None
        return _context(verify, server.tls, about and (about.st_mtime_ns, about.st_size, about.st_ino))
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise NoTrust(f"CA file: {type(error).__name__}") from None


@lru_cache(maxsize=64)
def _context(verify: bool | str, tls: Tls, _about: object) -> ssl.SSLContext:
    context = create_urllib3_context(cert_reqs=ssl.CERT_NONE if verify is False else ssl.CERT_REQUIRED)
    if tls == "old":
        # MINIMUM_SUPPORTED is what OpenSSL was built with, TLS 1.0; naming TLSv1 itself warns at every call.
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.options |= 0x4  # OP_LEGACY_SERVER_CONNECT, which ssl names from Python 3.12 on
    if isinstance(verify, str):
        context.load_verify_locations(verify)
    elif verify:
        context.load_default_certs()
        if not context.get_ca_certs():  # a system without ca-certificates, as slim containers are
            context.load_verify_locations(certifi.where())
    return context
