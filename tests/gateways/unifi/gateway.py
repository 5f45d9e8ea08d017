"""A UniFi network as the journey sees it."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.errors import Refused
from portal.journey import attempt_limits
from portal.journey.forms import TermsInput, TextInput, new_form, typed_into
from portal.journey.gateway import Gateway
from portal.journey.steps import Outcome, Ready, Redirect, RequestContext, SignIn, SignInMethod, Success
from portal.session import GuestSession, PendingSignIn, Stage, dump, new_session
from portal.text import as_key
from portal.urls import destination
from tests.gateways.unifi import client
from tests.gateways.unifi.session import GatewaySession, mac_of
from tests.gateways.unifi.settings import VENUE_EXAMPLE, Settings

WRONG = _l("That did not work. Check what you typed.")


class UnifiGateway(Gateway):
    """See :class:`portal.journey.gateway.Gateway`."""

    name = "unifi"
    model = Settings
    session_model = GatewaySession
    venue_example = VENUE_EXAMPLE

    def arrive(self, context: RequestContext) -> Outcome:
        """The access point's redirect, or a guest who typed the address."""
        guest = context.guest or new_session(context.venue.slug)
        if mac := context.query.get("id", "").lower():
            if guest.device and mac_of(guest) != mac:
                guest = new_session(context.venue.slug, language=guest.language)
            wanted = context.query.get("url", "")[:1500]
            guest = guest.but(device=dump(GatewaySession(mac)), original_url=wanted, stage=Stage.ARRIVED)
        if not guest.device:
            return self.unknown_device(context)
        return self.success(guest, context) if guest.stage == Stage.ONLINE else SignIn(guest)

    def ways(self, context: RequestContext) -> Sequence[SignInMethod]:
        """Free of charge, and a code of the house."""
        settings: Settings = context.venue.settings
        terms = {"terms": TermsInput()} if context.venue.file.terms.required else {}
        typed = context.guest.typed if context.guest else {}
        free = new_form(terms).for_way("free", {})
        ways = [SignInMethod("free", _("Free Wi-Fi"), _("Connect"), free)] if settings.free else []
        if settings.codes:
            form = new_form({"code": TextInput(_("Code"), longest=40), **terms}).for_way("code", typed)
            ways.append(SignInMethod("code", _("With a voucher"), _("Connect"), form))
        return ways

    def choose(self, context: RequestContext, way: SignInMethod) -> Outcome:
        """A code has to be one of the house's."""
        guest = context.known.but(typed=typed_into(way.form, way.name), accepted="terms" in way.form)
        if way.name == "code":
            receipt = attempt_limits.reserve_guess(context)
            if not _is_known(way.form["code"].data, context.venue.settings):
                return SignIn(guest, way="code", errors={"code": [WRONG]}, status=422)
            attempt_limits.give_back(receipt)
        return Ready(guest, PendingSignIn(way.name))

    def authorize(self, context: RequestContext, chosen: PendingSignIn) -> Outcome:
        """``authorize-guest``; then the page after success, by a navigation of its own."""
        guest = context.known
        try:
            client.authorize(context.venue.settings, mac_of(guest))
        except Refused:
            return SignIn(guest, notice=WRONG, way=chosen.way, status=422)
        return Redirect(guest.but(stage=Stage.ONLINE, typed={}), f"/{context.venue.slug}/online")

    def success(self, guest: GuestSession, context: RequestContext, notice: Any = "") -> Success:
        """Where to go on, and how to end it."""
        onwards = destination(guest.original_url, context.venue.file.landing_url)
        links = [(_("Continue to the internet"), onwards)] if onwards else []
        return Success(guest, links=links, notice=notice, disconnect=f"/{guest.venue}/unifi/disconnect")

    def login_page_depends_on(self, context: RequestContext) -> Any:
        """Nothing of the guest."""
        return {}

    def device_of(self, guest: GuestSession) -> str:
        """The device's address."""
        return mac_of(guest) if guest.device else ""


def _is_known(typed: str, settings: Settings) -> bool:
    return any(hmac.compare_digest(as_key(typed).encode(), as_key(code).encode()) for code in settings.codes)
