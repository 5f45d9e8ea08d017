"""How a simulated controller writes its answers: today's firmware, yesterday's, and the manual's text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass
class WireStyle:
    """The default is what today's firmware sends; :meth:`old` is older firmware, :meth:`manual` the manual's text.

    ``navigation``: what ``authenticate`` and ``disconnect`` answer to a browser that navigates there, without
    ``from_ajax`` and without an AJAX header: bare JSON, or a redirect to the portal (one operator's).
    ``modeless_codes``: ``error_subscribe_…`` in place of ``error_<mode>-subscribe_…`` for personal fields.
    """

    booleans: Literal["real", "strings"] = "real"
    numbers: Literal["mixed", "strings", "numbers"] = "mixed"
    stray_blanks: bool = False
    empty_hashes: Literal["absent", "object", "list"] = "absent"
    content_type: str = "text/html; charset=UTF-8"
    subscribe_under: Literal["top", "logon"] = "top"
    errors_in: Literal["error", "info"] = "error"
    logon_prefix: bool = True
    modeless_codes: bool = False
    redirect_params_in: Literal["user", "top"] = "user"
    short_redirect_params: bool = False
    services_key: Literal["services", "service"] = "services"
    incoming: Literal["incoming", "incomming", "both"] = "incoming"
    hidden_rules: Literal["announced", "absent"] = "announced"
    field_default_lang: bool = False
    fake_digest: bool = True
    new_keys: bool = True
    real_feedback: bool = True
    relative_links: bool = False
    navigation: Literal["json", "redirect"] = "json"

    @classmethod
    def old(cls, **more: Any) -> WireStyle:
        """Older firmware (wire): a real digest, both spellings, none of the keys that came later."""
        return cls(**{"fake_digest": False, "new_keys": False, "incoming": "both", **more})

    @classmethod
    def manual(cls) -> WireStyle:
        """The style of the manual's text, tables and appendices."""
        return cls(
            stray_blanks=True,
            content_type="application/json",
            subscribe_under="logon",
            errors_in="info",
            logon_prefix=False,
            redirect_params_in="top",
            incoming="both",
            field_default_lang=True,
            fake_digest=False,
            new_keys=False,
            real_feedback=False,
        )
