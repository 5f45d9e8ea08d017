"""The ways in that a hotspot offers a guest, as the login page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from portal.gateways.icaro import forms
from portal.gateways.icaro.hotspot_cache import seen
from portal.gateways.icaro.session import Progress, offers_of, progress
from portal.gateways.icaro.settings import Settings
from portal.journey.steps import RequestContext, SignInMethod
from portal.session import GuestSession, Stage

SOCIAL = {"facebook": "Facebook", "linkedin": "LinkedIn"}
TITLES: Mapping[str, tuple[Any, Any]] = {
    "voucher": (_("With a voucher"), _("Connect")),
    "email": (_("By e-mail"), _("Send me a code")),
    "sms": (_("By text message"), _("Send me a code")),
    "code": (_("I already have a code"), _("Connect")),
}


def ways_of(context: RequestContext) -> list[SignInMethod]:
    """The ways, the first one open; none before wax has told what the hotspot offers."""
    guest = context.guest
    offers = offers_of(guest) if guest else None
    if guest is None or offers is None:
        return []
    return [_way(name, context, offers) for name in names_of(context.venue.settings, offers, guest)]


def names_of(settings: Settings, offers: frozenset[str], guest: GuestSession) -> list[str]:
    """Which ways, in order. A voucher that is asked first stands alone until it has unlocked the others; only who
    has been sent a code may use it without."""
    asked = guest.stage == Stage.ASKED
    if is_locked(guest):
        return ["code", "voucher"] if asked else ["voucher"]
    coded = [name for name in ("email", "sms") if name in offers]
    social = [name for name in SOCIAL if name in offers and settings.social_url]
    voucher = ["voucher"] if "voucher" in offers and not progress(guest).voucher else []
    code = ["code"] if coded or asked else []
    return [*code, *coded, *voucher, *social] if asked else [*coded, *voucher, *code, *social]


def is_locked(guest: GuestSession) -> bool:
    """Whether a voucher has to come first: until then nobody is registered and no code is sent."""
    return "voucher-first" in (offers_of(guest) or ()) and not progress(guest).voucher


def is_registered(guest: GuestSession) -> bool:
    """Whether we know whose code is awaited."""
    return guest.stage == Stage.ASKED and bool(progress(guest).address)


def _way(name: str, context: RequestContext, offers: frozenset[str]) -> SignInMethod:
    guest = context.known
    if name in SOCIAL:
        form = forms.form_for(name, offers, "", dict.fromkeys(("terms", "address", "beside"), False), {})
        return SignInMethod(name, SOCIAL[name], _("Continue"), form, lead=_("Another login page opens."))
    settings: Settings = context.venue.settings
    ahead = progress(guest)
    typed = guest.typed if guest.typed.get("way") == name else {}
    asked = {
        "terms": _asks_terms(context),
        "address": not is_registered(guest),
        "beside": _asks_beside(name, guest, offers),
    }
    form = forms.form_for(name, offers, settings.country, asked, typed)
    title, submit = TITLES[name]
    if "skip" in offers and name == "email":
        submit = _("Connect")
    extra: dict[str, Any] = {"again": False, "marketing": ""}
    lead: Any = ""
    heading: Any = ""
    template = "ways/form.html"
    if name == "code":
        template, extra["again"] = "icaro/code.html", not is_locked(guest)
        if is_registered(guest):
            lead, title = _sent(ahead), _("Type the code")
            heading = _("Check your e-mail") if ahead.kind == "email" else _("Check your messages")
    elif asked["beside"]:
        template = "icaro/contact.html"
    if name in ("email", "sms") and ahead.voucher:
        lead = _("Your voucher is valid. One more step.")
    if asked["beside"] and "marketing" in offers:
        extra["marketing"] = _marketing(context)
    wanted = bool(typed) and guest.stage != Stage.ASKED
    return SignInMethod(name, title, submit, form, lead, template, wanted, extra, heading=heading)


def _sent(ahead: Progress) -> Any:
    """What the guest has to do with the code. The address keeps its own direction in a sentence of another."""
    address = ahead.address
    if ahead.known:
        return _("%(address)s is already registered. Type your code, or get a new one.", address=address)
    if ahead.temporary:
        return _(
            "We have sent a code to %(address)s. For a few minutes this device is connected, so that you can read it.",
            address=address,
        )
    return _("We have sent a code to %(address)s.", address=address)


def _asks_terms(context: RequestContext) -> bool:
    guest = context.known
    return not guest.accepted and (context.venue.file.terms.required or "terms" in (offers_of(guest) or ()))


def _asks_beside(name: str, guest: GuestSession, offers: frozenset[str]) -> bool:
    """Whether this form asks for consents and why the guest is here: the last one before the login, until the guest has
    answered once. That is the code's, once the guest is registered; the address's where no code is sent. A voucher that
    can only unlock the other ways registers nobody; beside a code that is awaited it asks nothing, for no page asks
    twice."""
    if progress(guest).asked:
        return False
    if name == "code":
        return is_registered(guest) and bool(progress(guest).user)
    if name == "email":
        return "skip" in offers
    return name == "voucher" and "voucher" in offers and not is_registered(guest)


def _marketing(context: RequestContext) -> str:
    """What the guest would agree to, in the hotspot's own words."""
    guest = context.known
    hotspot = seen(context.venue, guest)
    return hotspot.marketing if hotspot else ""
