"""What a UCOPIA venue can tell an integration of a guest, by the names of systems/icaro.md."""

from __future__ import annotations

from portal.gateways.ucopia.session import gateway_session_of
from portal.journey.steps import RequestContext
from portal.session import PendingSignIn

TYPED = {"email": "email_address", "first_name": "first_name", "last_name": "last_name"}


def integration_params(context: RequestContext, chosen: PendingSignIn | None) -> dict[str, str]:
    """The device as the Wi-Fi device named it, the login, and what the form of a new account was given.

    A phone number is told only with its country: without it nobody abroad could use it.
    """
    typed = context.guest.typed if context.guest else {}
    nas = gateway_session_of(context.guest).nas
    known = {"mac": nas.get("mac", ""), "uamip": nas.get("uamip", ""), "uamport": nas.get("uamport", "")}
    if chosen:
        known["user"] = str(chosen.values.get("login") or "")
        known |= {name: typed.get(field, "") for name, field in TYPED.items()}
        known["num"] = phone if (phone := typed.get("phone", "")).startswith("+") else ""
    return known
