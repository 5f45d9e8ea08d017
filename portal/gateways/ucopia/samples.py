"""Every state of the pages that a UCOPIA venue alone has, at a controller that announces everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from flask_babel import gettext as _

from portal.gateways.ucopia import (
    account,
    browser_redirects,
    messages,
    passwords_page,
    recovery,
    success,
)
from portal.gateways.ucopia.announcement import Credentials, Init
from portal.gateways.ucopia.answers import Account, Recovery
from portal.gateways.ucopia.connection import Connection
from portal.gateways.ucopia.features import Features, ModeOffer, PolicyOffer
from portal.gateways.ucopia.markup import paragraphs
from portal.gateways.ucopia.passwords import CharacterSet, PasswordRules
from portal.gateways.ucopia.session import GatewaySession, gateway_session_of
from portal.journey.sample import Group, Sample
from portal.journey.steps import Page, RequestContext, SignIn, Step
from portal.session import GuestSession, Stage, new_session

POLICY = "The charter of the network. " * 40
SHORT = PolicyOffer("I accept the charter of the network.")
LONG = PolicyOffer("", mandatory=True, long=True)
FEW = {"firstName": True, "lastName": True, "email": True, "phone": False}
EVERY = {
    **dict.fromkeys(("userLogin", "userPassword", "firstName", "lastName", "email", "phone"), True),
    **dict.fromkeys(("organizationalUnitName", "postalAddress", "personalField_1", "birthDate"), False),
    **dict.fromkeys(("gender", "userLanguage", "sponsor_email", "secure_pwd"), False),
}
OFFER = Features(
    step="LOGON",
    type="standard",
    modes={"one": ModeOffer(FEW, policy=PolicyOffer("I accept the rules for visitors."))},
    standard=True,
    policy=SHORT,
    recovery=True,
)
ALL = Features(
    step="LOGON",
    type="standard",
    modes={"direct": ModeOffer(EVERY, {"personalField_1": "Company pass"}, LONG)},
    standard=True,
    policy=LONG,
    shibboleth=True,
)
ELSEWHERE = Features(step="LOGON", elsewhere=True)
SECURE = Features(step="SECURE_PWD")
CONNECTED = Connection(
    login="berger",
    profile="Guests",
    services="Internet",
    ip="192.168.4.27",
    network="Guests",
    zone="Lobby",
    auto_disconnect=True,
    schedule=tuple(((day, 8, 0), (day, 22, 0)) for day in range(5)),
    credit=7200,
    remaining=5100,
    download=123_456_789,
    upload=4_567_890,
    limit=500_000_000,
    left=371_975_321,
    devices="2",
    message="Welcome",
    button=True,
)
SHOWN = frozenset(
    [
        *("timeCredit", "pms.message", "caution", "profile", "services", "ipAddress", "incomingNetwork"),
        *("incomingZone", "incomingVlan", "validity", "schedule", "consumedData", "login", "timeSlots"),
    ]
)
RULES = PasswordRules(8, 20, (CharacterSet(1, "0123456789"),))
MADE = Account("berger42", "k7Fq-93Lm")


def guest_of(context: RequestContext) -> GuestSession:
    """A guest to whom the controller has announced its ways."""
    return GatewaySession(offer=OFFER).on(new_session(context.venue.slug))


def samples(context: RequestContext) -> Iterator[Sample]:
    """By how far the guest is."""
    group = Group.SIGN_IN
    yield Sample("every-field", "A form with every field", group, partial(_offered, offer=ALL, way="direct"))
    yield Sample("only-elsewhere", "Only at the controller", group, partial(_offered, offer=ELSEWHERE))
    yield Sample("network-password", "The network's password", group, partial(_offered, offer=SECURE))
    yield Sample("refused-code", "Refused with a code nobody knows", group, _refused)
    yield Sample("new-account", "A new account", group, _account)
    yield Sample("new-account-refused", "A new account, refused", group, _account_refused)
    for mode in ("sms", "mail", "print"):
        yield Sample(f"sent-{mode}", f"An account by {mode}", group, partial(_sent, mode=mode))
    yield Sample("account-unknown", "Perhaps an account was made", Group.TROUBLE, _unknown)
    for step in ("FORCE_MODIFY_PWD", "OTHER"):
        name = f"elsewhere-{step.lower().replace('_', '-')}"
        yield Sample(name, f"The controller's own page: {step}", group, partial(_elsewhere, step=step))
    yield Sample("by-browser", "The browser carries the login", group, _by_browser)
    yield Sample("password-forced", "A password of one's own", group, _forced)
    yield Sample("forgot", "Forgot the password", group, _forgot)
    yield Sample("recover", "How to get a new one", group, _recover)
    yield Sample("recovered", "The new password", group, _recovered)
    yield Sample("policy", "A long policy", Group.TEXTS, _policy)
    yield Sample("online-details", "Online, all that is told", Group.ONLINE, _connected, path="online")
    yield Sample("online-stay", "Online while the page is open", Group.ONLINE, _must_stay, path="online")
    yield Sample("online-new", "Online, with a new account", Group.ONLINE, _admitted, path="online")
    yield Sample("password-changed", "A new password by choice", Group.ONLINE, _by_choice)
    yield Sample("leave-by-browser", "The browser carries the end", Group.ONLINE, _leaves)
    yield Sample("online-left", "Disconnected by the guest", Group.ONLINE, _offline)


def _with(context: RequestContext, **changes: object) -> tuple[GuestSession, GatewaySession]:
    device = gateway_session_of(context.guest).but(**changes)
    return device.on(context.known), device


def _offered(context: RequestContext, offer: Features, way: str = "") -> Step:
    guest, _device = _with(context, offer=offer)
    return SignIn(guest, way=way)


def _refused(context: RequestContext) -> Step:
    said = messages.said("authenticate", "4711-strange")
    return SignIn(context.known, notice=said.message, upstream_message=said.code, way="login", status=422)


def _account(context: RequestContext) -> Step:
    return account.page(context, _with(context, account=MADE)[0])


def _account_refused(context: RequestContext) -> Step:
    return account.page(context, _with(context, account=MADE)[0], notice=messages.BUSY, status=504)


def _sent(context: RequestContext, mode: str) -> Step:
    return account.sent(context, context.known, mode)


def _unknown(context: RequestContext) -> Step:
    return account.unknown(context, context.known)


def _elsewhere(context: RequestContext, step: str) -> Step:
    return account.elsewhere(context, context.known, step)


def _by_browser(context: RequestContext) -> Step:
    guest, device = _with(context)
    values = {"login": "berger42", "password": "k7Fq-93Lm", "accepted": True}
    return browser_redirects.by_browser(context, guest, device, "authenticate", values)


def _forced(context: RequestContext) -> Step:
    guest, device = _with(context, passwords=RULES, pending=Credentials("berger42", "k7Fq-93Lm"))
    return passwords_page.forced(context, guest, device)


def _by_choice(context: RequestContext) -> Step:
    guest, device = _with(context, passwords=RULES)
    return passwords_page.by_choice(context, guest, device)


def _forgot(context: RequestContext) -> Step:
    return recovery.page(context, context.known)


def _recover(context: RequestContext) -> Step:
    guest, device = _with(context)
    questions = ("The name of your first pet?", "The town where you were born?")
    return recovery.how_page(context, guest, device, Recovery(True, True, questions))


def _recovered(context: RequestContext) -> Step:
    return recovery.recovered(context, context.known, "sms", "k7Fq-93Lm")


def _policy(context: RequestContext) -> Step:
    shown = {"paragraphs": paragraphs(POLICY, ""), "link": "", "back": f"/{context.venue.slug}/"}
    return Page(context.known, "ucopia/policy.html", _("Terms of use"), shown)


def _init(**changes: object) -> Init:
    init = Init("FEEDBACK", "", True, False, {}, True, None, (), "en", "en", "en", SHOWN, {})
    return replace(init, **changes)  # type: ignore[arg-type]


def _online_with(context: RequestContext, **changes: object) -> tuple[GuestSession, GatewaySession]:
    now = int(context.now)
    return _with(context, connection=replace(CONNECTED, at=now, now=now, validity=now + 86_400), **changes)


def _connected(context: RequestContext) -> Step:
    guest, device = _online_with(context)
    person = {"firstName": "Ann", "lastName": "Berger", "email": "ann@example.com"}
    return success.connected(context, guest.but(stage=Stage.ONLINE), device, _init(user=person, modify=True))


def _must_stay(context: RequestContext) -> Step:
    guest, device = _online_with(context)
    device = device.but(connection=replace(device.connection, auto_disconnect=False))
    return success.connected(context, guest.but(stage=Stage.ONLINE), device, _init())


def _admitted(context: RequestContext) -> Step:
    guest, device = _online_with(context, account=MADE)
    init = _init(redirect_url="https://www.example.org/", redirect_delay=600)
    return success.connected(context, guest.but(stage=Stage.ADMITTED), device, init)


def _leaves(context: RequestContext) -> Step:
    guest, device = _online_with(context)
    return browser_redirects.leaves_by_browser(context, guest, device)


def _offline(context: RequestContext) -> Step:
    guest, device = _with(context)
    return success.offline(context, guest, device)
