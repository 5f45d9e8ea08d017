"""Hops: integrations that a guest visits before or after choosing how to sign in. Rules only, no web.

A guest meets the enabled integrations of a venue in the order of its file. The guest's state says which hops
are ``done``, for which one it waits (``wait``), and in which attempt to sign in (``nonce``)::

    consent -> leave -> the integration -> way back with the journey -> the next hop, the login page or online

The journey is a handle, sealed for hops alone: nobody can use it as the state of a form. Where the browser keeps our
cookie it holds no more than which way back it is, and is worth nothing without the cookie; for a browser without
cookies it holds what the continuation needs, and nothing that was typed beside it.
Sources: Icaro's page on integrations (two moments, two addresses per record) and systems/icaro.md (the query,
the way back).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from flask_babel import lazy_gettext as _

from portal.errors import BadArrival, ForeignState, GuestError, StateLost
from portal.session import GuestSession, PendingSignIn
from portal.venues.records import Integration

PRE, POST = "pre", "post"
JOURNEY = b"journey"
"""What a journey is sealed for."""
SESSION = ("digest", "uuid", "sessionid", "uamip", "uamport", "user", "nasid")
"""The part of Wings' query that every method has, in its order."""
_METHODS = {"email": "/email", "sms": "/sms"}


class Repeated(GuestError):
    """This way back was used before."""

    status = 409
    title = _("This step is done")
    text = _("You have already done this step. Continue to see whether you are online.")


class OtherBrowser(StateLost):
    """A journey of a browser that keeps cookies has come without its cookie: somebody else may hold it."""


class Skipped(GuestError):
    """The way back was taken without the visit, or nothing shows that the visit took place."""

    status = 403
    title = _("One step is missing")
    text = _("One more page has to be opened first. After it, you come back here automatically.")


@dataclass(frozen=True)
class Hop:
    """One visit of one integration; ``moment`` is ``pre`` or ``post``."""

    integration: Integration
    moment: str

    @property
    def id(self) -> str:
        """What the guest's state calls it."""
        return f"{self.moment}:{self.integration.key}"

    @property
    def url(self) -> str:
        """The address in the record; empty = there is no such hop."""
        record = self.integration
        return record.pre_auth_redirect_url if self.moment == PRE else record.post_auth_redirect_url


def hops_of(integrations: Sequence[Integration]) -> Iterator[Hop]:
    """Every hop of these integrations, those before the choice first."""
    hops = (Hop(one, moment) for moment in (PRE, POST) for one in integrations)
    return (hop for hop in hops if hop.url)


def together(
    listed: Sequence[Integration], on: Sequence[Integration], announced_integrations: Sequence[Integration]
) -> list[Integration]:
    """Those that are on, in the order of the venue file, then the announced ones; without those whose address the
    file lists for the same moment: they are the file's matter, and it may have switched them off."""
    known = {_place(hop) for hop in hops_of(listed)}
    return [*on, *(one for one in announced_integrations if known.isdisjoint(map(_place, hops_of([one]))))]


def _place(hop: Hop) -> tuple[str, str]:
    """What a hop visits: addresses that differ by a final slash or the host's capitals are the same."""
    parts = urlsplit(hop.url)
    path = parts.path.rstrip("/")
    return hop.moment, parts._replace(netloc=parts.netloc.lower(), path=path, fragment="").geturl()


def next_hop(integrations: Sequence[Integration], guest: GuestSession) -> Hop | None:
    """The hop that is due. Those before the choice need a known device, those after it a choice."""
    if not guest.device:
        return None
    done = guest.hops.get("done", ())
    due = (hop for hop in hops_of(integrations) if hop.id not in done)
    return next((hop for hop in due if hop.moment == PRE or guest.pending), None)


def choose(guest: GuestSession, chosen: PendingSignIn) -> GuestSession:
    """The guest with a way in that waits for its hops. Each choice has a nonce, so each counts by itself."""
    done = list(guest.hops.get("done", ()))
    return guest.but(pending=chosen, hops={"done": done, "nonce": os.urandom(4).hex()})


def leave(guest: GuestSession, hop: Hop) -> GuestSession:
    """The guest who agreed to this visit, and whose way back is awaited."""
    return guest.but(hops={**guest.hops, "wait": hop.id})


def finish(guest: GuestSession) -> GuestSession:
    """The guest after the visit that was awaited."""
    done = [*guest.hops.get("done", ()), guest.hops["wait"]]
    kept = {name: value for name, value in guest.hops.items() if name != "wait"}
    return guest.but(hops={**kept, "done": list(dict.fromkeys(done))})


def settle(guest: GuestSession) -> GuestSession:
    """The guest whose way back was used up: what was chosen is known, and waits for nothing."""
    return guest.but(hops={"done": list(guest.hops.get("done", ()))})


def ticket(guest: GuestSession) -> str:
    """What a way back after the choice uses up; no two choices have the same."""
    return f"{guest.session_id} {guest.hops.get('nonce', '')} {guest.hops.get('wait', '')}"


# Leaving


def handle(guest: GuestSession, keeps_cookies: bool) -> GuestSession:
    """What a journey holds of a guest who leaves."""
    if not keeps_cookies:
        return guest.but(typed={})
    way_back = {**guest.hops, "cookie": True}
    return GuestSession(guest.venue, guest.session_id, language=guest.language, hops=way_back)


@dataclass(frozen=True)
class Ours:
    """What the portal itself knows for a hop: the venue's ``uuid`` and ``name``, and the guest's
    ``language`` code. ``method`` is empty before the choice. ``pseudonym`` names the account to nobody."""

    uuid: str
    name: str
    language: str
    method: str = ""
    pseudonym: str = ""


def session_of(guest: GuestSession) -> str:
    """A name for this visit that tells nothing: 32 hex digits."""
    return hashlib.sha256(f"session {guest.session_id}".encode()).hexdigest()[:32]


def query_of(
    hop: Hop, guest: GuestSession, ours: Ours, integration_params: Mapping[str, str]
) -> dict[str, str]:
    """The query of a hop, in order, without journey and callback; unknown values are left out.

    An account's name goes out where Wings' query is wanted or ``share`` lists it; else a pseudonym does.
    ``integration_params`` is what the venue's system knows of the guest, by Wings' names and those of ``share``.
    """
    record = hop.integration
    if record.wings_compatible:
        known = {
            "uuid": ours.uuid,
            "sessionid": session_of(guest),
            "nasid": ours.name,
            **_given(integration_params),
        }
        names: tuple[str, ...] = SESSION
        if ours.method:
            if "code" in known and ours.method not in _METHODS:
                known["validated"] = "true"
            names += {"email": ("code", "email"), "sms": ("code", "num")}.get(
                ours.method, ("code", "validated")
            )
    else:
        known = _given(integration_params) | {
            "uuid": ours.uuid,
            "sessionid": session_of(guest),
            "nasid": ours.name,
            "method": ours.method,
            "lang": ours.language,
        }
        if "user" not in record.share:
            known["user"] = ours.pseudonym
        names = ("uuid", "sessionid", "user", "nasid", "method", "lang")
    return {name: known[name] for name in (*names, *record.share) if known.get(name)}


def names_account(hop: Hop) -> bool:
    """Whether ``user`` in the query of a hop is an account, and no pseudonym."""
    return hop.integration.wings_compatible or "user" in hop.integration.share


def pseudonym(secret: str, venue: str, account: str) -> str:
    """A name of an account at a venue: 32 hex digits, always the same, another at every venue, and it leads back to
    nobody. ``secret``: a secret key of the portal. Empty for nobody."""
    said = unicodedata.normalize("NFC", account.strip()).casefold()
    if not said:
        return ""
    key = hmac.digest(secret.encode(), b"foyer pseudonyms", "sha256")
    return hmac.digest(key, "\0".join((venue, said)).encode(), "sha256").hex()[:32]


def _given(integration_params: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in integration_params.items() if value}


def url_of(hop: Hop, method: str, query: Mapping[str, str], journey: str, callback: str) -> str:
    """Where the guest goes: the record's address, Wings' path, and the query, every value encoded.

    No slash is doubled; a query that the address has stays in front as it is, and its names win over ours.
    """
    parts = urlsplit(hop.url)
    path = parts.path.rstrip("/") + "/wings/login" + (_METHODS.get(method, "") if hop.moment == POST else "")
    own = {name for name, _value in parse_qsl(parts.query, keep_blank_values=True)}
    pairs = {name: value for name, value in query.items() if name not in own}
    ours = urlencode({**pairs, "journey": journey, "callback": callback}, quote_via=quote, safe="")
    return parts._replace(path=path, query="&".join(filter(None, (parts.query, ours)))).geturl()


# Coming back


@dataclass(frozen=True)
class Return:
    """What a browser brought to a way back. ``journey`` as it came, ``state`` what it holds (None = it is
    none of ours), ``cookie`` the guest of the cookie, ``signature`` and ``failed`` as they came."""

    journey: str
    state: GuestSession | None
    cookie: GuestSession | None
    signature: str = ""
    failed: str = ""


def read_return(integrations: Sequence[Integration], back: Return) -> tuple[GuestSession, Hop | None]:
    """The guest who came back and the hop; None for one that was switched off meanwhile.

    The cookie's state, being newer, wins over the journey's; it must wait for the same hop. Raises
    :class:`StateLost`, :class:`BadArrival` (a journey that is none), :class:`ForeignState` (another guest's
    browser), :class:`Repeated` and :class:`Skipped`.
    """
    if back.journey and back.state is None:
        raise BadArrival("journey is none of ours")
    guest = back.cookie or back.state
    if guest is None:
        raise StateLost("way back without state")
    if back.cookie is None and guest.hops.get("cookie"):
        raise OtherBrowser("journey without the cookie of its browser")
    if back.state and back.state.session_id != guest.session_id:
        raise ForeignState("journey of another visit")
    wait = (back.state or guest).hops.get("wait", "")
    if wait and any(wait in one.hops.get("done", ()) for one in (guest, back.state) if one):
        raise Repeated("way back of a hop that is done")
    if not wait or wait != guest.hops.get("wait") or (back.state and ticket(back.state) != ticket(guest)):
        raise Skipped("way back of a hop that is not awaited")
    hop = next((hop for hop in hops_of(integrations) if hop.id == wait), None)
    if hop and hop.integration.sign_return and not back.failed and not _is_signed(hop.integration, back):
        raise Skipped("way back without a valid signature")
    return guest, hop


def _is_signed(record: Integration, back: Return) -> bool:
    """Lower-case hex HMAC-SHA256 of the journey under the webhook's token."""
    right = hmac.new(record.webhook_token.encode(), back.journey.encode(), hashlib.sha256).hexdigest()
    return bool(back.journey) and hmac.compare_digest(right.encode(), back.signature.encode())
