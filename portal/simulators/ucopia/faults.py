"""What goes wrong at a simulated controller."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

ACTIONS = ("init", "subscribe", "authenticate", "refresh", "disconnect")
"""The manual's five."""
MORE_ACTIONS = (
    *("secure_pwd", "automatic_authenticate", "switch_language", "back_action"),
    *("modify_pwd", "force_modify_pwd", "get_pwd_recovery_options_from_user"),
    *("regen_pwd_with_sms_resend", "regen_pwd_with_email_resend", "regen_pwd_with_secret_questions"),
)
"""What the vendor's own page calls beside them (wire)."""


@dataclass
class Faults:
    """What goes wrong, by action (:data:`ACTIONS`, :data:`MORE_ACTIONS`, ``open`` for every page that is not the API, or
    ``words`` for the catalogue beside it).

    ``slow``: seconds before the work. ``dead``: the connection drops before the work. ``hang_after``: the
    work is done, then nothing for so many seconds, then the connection drops. ``garble``: the work is done
    and the answer is ``cut``, ``html``, ``binary`` or any bytes. ``force_error``: a code instead of the
    work, with ``force_value``. ``lose_session_at``: the session is gone at this action, once.
    ``init_error``: a code that stands inside every ``init`` beside all else (wire), with ``init_value``.
    """

    slow: dict[str, float] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)
    hang_after: dict[str, float] = field(default_factory=dict)
    garble: dict[str, str | bytes] = field(default_factory=dict)
    force_error: dict[str, str] = field(default_factory=dict)
    force_value: dict[str, Any] = field(default_factory=dict)
    init_error: str = ""
    init_value: Any = None
    lose_session_at: str = ""
    lost_session_answer: Literal["redirect", "html", "error"] = "redirect"
