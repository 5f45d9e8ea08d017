"""Every state of the pages that a UCOPIA venue alone has, at a controller that announces everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from portal.gateways.ucopia import account, browser_redirects, messages, success
from portal.gateways.ucopia.answers import Account, Init
from portal.gateways.ucopia.connection import Connection
from portal.gateways.ucopia.features import Features, ModeFeatures, PolicyFeatures
from portal.gateways.ucopia.session import GatewaySession, gateway_session_of
from portal.journey.sample import Group, Sample
from portal.journey.steps import RequestContext, SignIn, Step
from portal.session import GuestSession, Stage, new_session

SHORT = PolicyFeatures("I accept the charter of the network.")
LONG = PolicyFeatures("", mandatory=True, long=True)
FEW = {"firstName": True, "lastName": True, "email": True, "phone": False}
EVERY = {
    **dict.fromkeys(("userLogin", "userPassword", "firstName", "lastName", "email", "phone"), True),
    **dict.fromkeys(("organizationalUnitName", "postalAddress", "personalField_1", "birthDate"), False),
    **dict.fromkeys(("gender", "userLanguage", "sponsor_email", "secure_pwd"), False),
}
OFFER = Features(
    step="LOGON",
    type="standard",
    modes={"one": ModeFeatures(FEW, policy=SHORT)},
    standard=True,
    policy=SHORT,
    recovery=True,
)
ALL = Features(
    step="LOGON",
    type="standard",
    modes={"direct": ModeFeatures(EVERY, {"personalField_1": "Company pass"}, LONG)},
    standard=True,
    policy=LONG,
    shibboleth=True,
)
CONNECTED = Connection(
    login="berger",
    profile="Guests",
    services="Internet",
    ip="192.168.4.27",
    network="Guests",
    zone="Lobby",
    schedule=tuple(((day, 8, 0), (day, 22, 0)) for day in range(5)),
    credit=7200,
    remaining=5100,
    download=123_456_789,
    upload=4_567_890,
    devices=2,
    message="Welcome",
    button=True,
)
SHOWN = frozenset(
    [
        *("timeCredit", "pms.message", "caution", "profile", "services", "ipAddress", "incomingNetwork"),
        *("incomingZone", "incomingVlan", "validity", "schedule", "consumedData", "login", "timeSlots"),
    ]
)


def guest_of(context: RequestContext) -> GuestSession:
    """A guest to whom the controller has announced its ways."""
    return GatewaySession(offer=OFFER).on(new_session(context.venue.slug))


def samples(context: RequestContext) -> Iterator[Sample]:
    """By how far the guest is."""
    yield Sample("every-field", "A form with every field", Group.SIGN_IN, _every_field)
    yield Sample("only-elsewhere", "Only with an organisation", Group.SIGN_IN, _only_elsewhere)
    yield Sample("refused-code", "Refused with a code nobody knows", Group.SIGN_IN, _refused)
    yield Sample("new-account", "A new account", Group.SIGN_IN, _account)
    yield Sample("new-account-refused", "A new account, refused", Group.SIGN_IN, _account_refused)
    yield Sample("account-unknown", "Perhaps an account was made", Group.TROUBLE, account.unknown)
    for step in ("FORCE_MODIFY_PWD", "OTHER"):
        name = f"elsewhere-{step.lower().replace('_', '-')}"
        yield Sample(
            name, f"The controller's own page: {step}", Group.SIGN_IN, partial(account.elsewhere, step=step)
        )
    yield Sample("by-browser", "The browser carries the login", Group.SIGN_IN, _by_browser)
    yield Sample("online-details", "Online, all that is told", Group.ONLINE, _connected, path="online")
    yield Sample("online-new", "Online, with a new account", Group.ONLINE, _admitted, path="online")
    yield Sample("online-left", "Disconnected by the guest", Group.ONLINE, _offline)


def _with(context: RequestContext, **changes: object) -> tuple[RequestContext, GatewaySession]:
    device = gateway_session_of(context.guest).but(**changes)
    return context.with_session(device.on(context.known)), device


def _every_field(context: RequestContext) -> Step:
    context, _device = _with(context, offer=ALL)
    return SignIn(context.known, way="direct")


def _only_elsewhere(context: RequestContext) -> Step:
    context, _device = _with(context, offer=Features(step="LOGON", shibboleth=True))
    return SignIn(context.known)


def _refused(context: RequestContext) -> Step:
    said = messages.said("authenticate", "4711-strange")
    return SignIn(context.known, notice=said.message, upstream_message=said.code, way="login", status=422)


def _account(context: RequestContext) -> Step:
    return account.page(_with(context, account=Account("berger42", "k7Fq-93Lm"))[0])


def _account_refused(context: RequestContext) -> Step:
    context, _device = _with(context, account=Account("berger42", "k7Fq-93Lm"))
    return account.page(context, notice=messages.BUSY, status=504)


def _by_browser(context: RequestContext) -> Step:
    context, device = _with(context)
    values = {"login": "berger42", "password": "k7Fq-93Lm", "accepted": True}
    return browser_redirects.by_browser(context, device, "authenticate", values)


def _init(**changes: object) -> Init:
    init = Init("FEEDBACK", "", True, {}, True, None, (), "en", "en", "en", SHOWN, {})
    return replace(init, **changes)  # type: ignore[arg-type]


def _connected(context: RequestContext) -> Step:
    now = int(context.now)
    context, device = _with(context, connection=replace(CONNECTED, at=now, now=now, validity=now + 86_400))
    person = {"firstName": "Ann", "lastName": "Berger", "email": "ann@example.com"}
    return success.connected(_at(context, Stage.ONLINE), device, _init(user=person, modify=True))


def _admitted(context: RequestContext) -> Step:
    now = int(context.now)
    known = Account("berger42", "k7Fq-93Lm")
    context, device = _with(context, connection=replace(CONNECTED, at=now, now=now), account=known)
    init = _init(redirect_url="https://www.example.org/", redirect_delay=600)
    return success.connected(_at(context, Stage.ADMITTED), device, init)


def _at(context: RequestContext, stage: Stage) -> RequestContext:
    return context.with_session(context.known.but(stage=stage))


def _offline(context: RequestContext) -> Step:
    context, device = _with(context)
    return success.offline(context, device)
