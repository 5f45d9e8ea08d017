"""What a controller answers to an action, as frozen types (UCOPIA portal API 5.1, sections 3.2 to 3.5 and 5.1).

``init`` has a file of its own, ``announcement.py``. Liberal: both the manual's shapes and the wire's are read, keys
that nobody knows are left alone, and a key of a wrong type counts as absent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.gateways.ucopia.markup import one_line
from portal.gateways.ucopia.php_json import flag, inner, rows, table, words

_AREAS = (
    r"logon|[a-z]+-subscribe|subscribe|modify-pwd|force-modify-pwd|secure-pwd|pwd-recovery|disconnect|refresh"
)
_PREFIX = re.compile(rf"^(error_|info_)?(({_AREAS}|personal-settings[a-z-]*)_)?")
LOST = "redirect-to-index"


@dataclass(frozen=True)
class Trouble:
    """An error code without its prefixes (``already-used-login``), its value, and the code as it came."""

    code: str
    value: Any = None
    full: str = ""


@dataclass(frozen=True)
class NasCall:
    """``login_URL_params`` or ``logout_URL_params``: where the guest's browser must go (section 5.1)."""

    type: str
    protocol: str
    host: str
    port: str
    uri: str
    parameters: tuple[tuple[str, str], ...] = ()
    url: str = ""


@dataclass(frozen=True)
class Reply:
    """The answer to ``authenticate``, ``refresh`` or ``disconnect`` that is no error."""

    step: str
    type: str
    user: Mapping[str, Any]
    nas: NasCall | None = None


@dataclass(frozen=True)
class Account:
    """The account that ``subscribe`` made.

    ``chosen``: the guest chose the password, so that nobody need show it again; ``hidden``: the controller wants it
    shown to nobody (wire). Types whose account arrives by message have no login here.
    """

    login: str
    password: str = field(repr=False)
    chosen: bool = False
    hidden: bool = False


def step_of(raw: Mapping[str, Any]) -> str:
    """The step in one spelling: the manual writes ``FORCE MODIFY_PWD``, the wire ``FORCE_MODIFY_PWD``."""
    return words(raw.get("step"), 40).upper().replace(" ", "_")


def trouble_of(raw: Mapping[str, Any]) -> Trouble | None:
    """The error of an answer: under ``error`` (wire) or ``info`` (manual), or none."""
    error, info = raw.get("error"), table(raw.get("info"))
    if error and not isinstance(error, dict):
        return Trouble(bare(words(error, 80)) or "unknown")
    found = table(error) if error else info
    code = words(found.get("code"), 80)
    if not code or (not error and (code.startswith("info_") or code.endswith("success"))):
        return Trouble("unknown") if error else None
    return Trouble(bare(code), found.get("value"), code)


def bare(code: str) -> str:
    """A code without what says where it came from: ``error_one-subscribe_no-phone-prefix``."""
    return _PREFIX.sub("", code)


def redirect_of(raw: Mapping[str, Any]) -> str:
    """An address that any answer can ask to open before ``init`` is asked again (wire)."""
    return words(raw.get("redirect"))


def reply_of(raw: Mapping[str, Any], nas: str = "") -> Reply:
    """The answer to an action; ``nas`` is ``login`` or ``logout``, whose parameters stand on top or in ``user``."""
    user = table(raw.get("user"))
    return Reply(
        step_of(raw), words(raw.get("type"), 40).upper(), user, nas_call_of(raw, nas) if nas else None
    )


def nas_call_of(raw: Mapping[str, Any], nas: str) -> NasCall | None:
    """``login_URL_params`` or ``logout_URL_params``, on top (manual) or in ``user`` (wire).

    A login is sent on only while the guest is not connected, a logout only while they still are. The manual (5.1) has
    the logout under ``login_URL_params`` too; it counts as one only if its address says so (wire).
    """
    places = (table(raw.get("user")), raw)
    connected = inner(places[0].get("isConnected"))
    if connected is not None and flag(connected) != (nas == "logout"):
        return None
    found = [table(place.get(f"{nas}_URL_params")) for place in places]
    if nas == "logout":
        others = [table(place.get("login_URL_params")) for place in places]
        found += [one for one in others if "logout" in f"{one.get('uri')} {one.get('url')}".lower()]
    params = next(filter(None, found), None)
    return _nas(params) if params else None


def _nas(params: Mapping[str, Any]) -> NasCall:
    """Where to go; a protocol that is missing means https (wire), a port the usual one."""
    return NasCall(
        type=words(params.get("type"), 10).upper() or "GET",
        protocol=words(params.get("protocol"), 10).lower() or "https",
        host=words(params.get("host"), 255),
        port=words(params.get("port"), 5),
        uri=words(params.get("uri")),
        parameters=tuple(
            (str(name)[:100], words(inner(value)))
            for name, value in list(table(params.get("parameters")).items())[:50]
        ),
        url=words(params.get("url")),
    )


def has_succeeded(raw: Mapping[str, Any]) -> bool:
    """Whether the words of an answer are good ones."""
    return words(table(raw.get("info")).get("code"), 80).endswith("success")


def account_of(raw: Mapping[str, Any]) -> Account | None:
    """The account of a successful ``subscribe``, inside ``info`` (wire, and the manual's examples) or on top."""
    made = table(table(raw.get("info")).get("subscribe")) or table(raw.get("subscribe"))
    # The vendor's page puts even the login in as markup (wire); tags are none of a login's letters.
    login, password = one_line(words(inner(made.get("login")), 200)), inner(made.get("password"))
    if not login:
        return None
    return Account(login, password[:200] if isinstance(password, str) else words(password, 200))


@dataclass(frozen=True)
class Recovery:
    """What can be done about a forgotten password (wire)."""

    sms: bool = False
    email: bool = False
    questions: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sms or self.email or self.questions)


def recovery_of(raw: Mapping[str, Any]) -> Recovery:
    """``user.pwdRecovery``: the ways, and the questions where they are one of them."""
    found = table(table(raw.get("user")).get("pwdRecovery"))
    modes = table(found.get("modes"))
    asked = rows(found.get("questions"), 10) if flag(modes.get("questions")) else ()
    questions = tuple(one_line(words(inner(one), 500))[:200] for one in asked)
    return Recovery(flag(modes.get("sms")), flag(modes.get("email")), tuple(filter(None, questions)))


def new_password_of(raw: Mapping[str, Any]) -> str:
    """The password that the right answers bring."""
    found = inner(table(table(raw.get("info")).get("pwdRecovery")).get("password"))
    return found[:200] if isinstance(found, str) else ""
