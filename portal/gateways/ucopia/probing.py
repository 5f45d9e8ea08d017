"""What ``ucopia probe`` finds out beyond ``init``: how a controller knows its guests, what only its own page holds."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from portal.errors import UpstreamError
from portal.gateways.ucopia.announcement import Init, init_of
from portal.gateways.ucopia.answers import bare
from portal.gateways.ucopia.api import NOBODY
from portal.gateways.ucopia.client import Client
from portal.gateways.ucopia.endpoint import EntryParams, Session
from portal.gateways.ucopia.errors import LostSession
from portal.gateways.ucopia.messages import TABLES

_WANTED = frozenset({"gender", "interests", "user_language"})


@dataclass(frozen=True)
class Callers:
    """``by_address``: guests are known by the address of a call, None where that cannot be told; ``bare_json``: a
    navigation to the API is answered with JSON, which a browser would show to its guest."""

    by_address: bool | None
    bare_json: bool


@dataclass(frozen=True)
class OwnPage:
    """Values of choices by POST name, codes of its catalogue that have no words of ours, and whether there is one."""

    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unknown_codes: Sequence[str] = ()
    has_words: bool = False


def callers(client: Client, session: Session, init: Init, door: EntryParams) -> Callers:
    """A session is told a language; a call without its cookie that knows it was known by its address.

    ``init`` without a cookie opens a session by itself on some firmware (wire), so an answer alone proves nothing.
    Raises UpstreamError.
    """
    other = next((code for code in init.languages if code != init.user_lang), "")
    if not other:
        return Callers(None, _answers_navigation_with_json(client))
    session = client.switch_language(session, other)
    session, kept = client.init(session, door)
    if kept.user_lang != other:
        return Callers(_knows_by_address(client), _answers_navigation_with_json(client))
    stranger = _language_of_a_stranger(client)
    return Callers(stranger == other, _answers_navigation_with_json(client))


def page_of(client: Client, session: Session) -> OwnPage:
    """What the controller's portal page and its catalogue hold; nothing where they cannot be read."""
    reader = _Choices()
    with contextlib.suppress(UpstreamError):
        url = urljoin(client.endpoint.url, session.path or "/")
        _session, answer = client.api.transport.send("GET", url, session, "probe", again=True)
        reader.feed(answer.body.decode("utf-8", "replace"))
    known = {code for table in TABLES.values() for code in table}
    catalogue = client.sentences.of(session.path)
    codes = dict.fromkeys(bare(code) for code in catalogue if code.startswith("error_"))
    return OwnPage(reader.found, [code for code in codes if code not in known][:40], bool(catalogue))


def agent_warning(user_agent: str) -> str:
    """The manual forbids what browsers call themselves (2.3)."""
    if user_agent.startswith("Mozilla"):
        return "user_agent begins with Mozilla: the manual forbids it; some controllers demand it"
    return ""


def _knows_by_address(client: Client) -> bool:
    """Whether ``refresh`` without any session is answered: only where guests are known by their address."""
    try:
        client.api.call(NOBODY, "refresh", {"login": "nobody"}, again=True)
    except LostSession:
        return False
    return True


def _language_of_a_stranger(client: Client) -> str:
    """The language that ``init`` tells to a call without any session; empty where it wants one."""
    try:
        _session, raw = client.api.call(NOBODY, "init", {}, again=True)
    except LostSession:
        return ""
    announced = init_of(raw)
    return announced.user_lang if announced else ""


def _answers_navigation_with_json(client: Client) -> bool:
    """What a browser would see that navigates to the API: a wrong login, without ``from_ajax``."""
    form = {"action": "authenticate", "login": "probe", "password": "probe"}
    _session, answer = client.api.transport.send(
        "POST", client.api.url, NOBODY, "probe", form, navigates=True
    )
    return not answer.is_redirect and answer.json_object() is not None


class _Choices(HTMLParser):
    """The values of radios and lists by their names."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._list = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Radios, lists and their lines."""
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "").removesuffix("[]")
        if tag == "select":
            self._list = name if name in _WANTED else ""
        elif tag == "option" and self._list and given.get("value"):
            self.found.setdefault(self._list, []).append(given["value"][:60])
        elif tag == "input" and given.get("type") == "radio" and name in _WANTED:
            self.found.setdefault(name, []).append(given.get("value", "")[:60])

    def handle_endtag(self, tag: str) -> None:
        """A list ends."""
        if tag == "select":
            self._list = ""
