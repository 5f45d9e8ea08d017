"""Requests as browsers send them: what no browser sends is put right before Werkzeug trips over it.

Bytes beyond ASCII in a query are percent-encoded, as browsers do. Where the application begins is never a client's
word (``SCRIPT_NAME``): it begins at the host's root. No form of ours takes files: what comes as one stays in memory,
under the limit of a form's size, and nobody reads it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Request

_RAW = re.compile(r"[^\x21-\x7e]")


class CleanRequests:
    """WSGI middleware, outermost but for the monitors."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Put the request right and pass it on."""
        query = environ.get("QUERY_STRING", "")
        if _RAW.search(query):
            environ["QUERY_STRING"] = _RAW.sub(_encoded, query)
        environ["SCRIPT_NAME"] = ""
        return self._app(environ, start_response)


class FormRequest(Request):
    """A request whose files never touch a disk."""

    def _get_file_stream(self, *about: Any, **more: Any) -> io.BytesIO:
        return io.BytesIO()


def _encoded(found: re.Match[str]) -> str:
    """One byte (WSGI: a letter of Latin-1) as ``%xx``."""
    return "".join(f"%{byte:02x}" for byte in found[0].encode("latin-1", "replace"))
