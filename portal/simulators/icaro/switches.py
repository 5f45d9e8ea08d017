"""What can be wrong with wax, to be switched on and off while it runs."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from flask import Request, Response

MARKUP = '"><script>alert(1)</script>'


@dataclass
class Switches:
    """All off: a healthy Icaro. The names are the field names of the box's own page."""

    down: bool = False
    slow: bool = False
    html: bool = False
    garbled: bool = False
    refuse: bool = False
    expired: bool = False
    number: bool = False
    hostile: bool = False
    not_sent: bool = False
    sms_down: bool = False
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def set(self, wanted: Mapping[str, Any]) -> None:
        """Set every switch: on when its name is in ``wanted`` (as a form's ticked boxes are)."""
        with self._changed:
            for name in self.names():
                setattr(self, name, name in wanted)
            self._changed.notify_all()

    @staticmethod
    def names() -> list[str]:
        """The switches in the order of the page."""
        return [item.name for item in fields(Switches) if not item.name.startswith("_")]

    def wait(self, seconds: float) -> None:
        """Hold an answer back, at most until the switch goes off by :meth:`set`."""
        with self._changed:
            self._changed.wait_for(lambda: not self.slow, seconds)


def broken(switches: Switches, request: Request, slow_seconds: float) -> Response | None:
    """The answer of a wax that is down, slow or talks nonsense; ``None`` when it is well."""
    if switches.down:
        return drop(request)
    if switches.slow:
        switches.wait(slow_seconds)
    if switches.html:
        return Response("<html><body><h1>Under maintenance</h1></body></html>", mimetype="text/html")
    if switches.garbled:
        return Response(b'{"hotspot_id": 1, "hotspot_name": "\xff\xfe', mimetype="application/json")
    return None


def drop(request: Request) -> Response:
    """Close the connection without a byte, as a host does that dies."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    return Response(status=503)


def hostile_preferences(preferences: Mapping[str, str]) -> dict[str, str]:
    """Preferences that try to reach the guest's browser: scripts in texts, schemes in URLs, CSS in colours."""
    links = {"captive_1_redir", "captive_3_logo", "captive_5_banner", "captive_81_bg_image", "social_url"}
    styles = {"captive_7_background", "captive_82_container_bg_color", "captive_85_text_style"}
    texts = {"captive_2_title", "captive_4_subtitle", "captive_6_description"}
    return (
        dict(preferences)
        | dict.fromkeys(links, "javascript:alert(1)//")
        | dict.fromkeys(styles, "red;}</style>" + MARKUP)
        | dict.fromkeys(texts, '<img src=x onerror="alert(1)">' + MARKUP)
    )
