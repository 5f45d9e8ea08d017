"""A hotspot as ``/wax/preferences`` tells of it: which ways in, which texts, which colours. All of it is text that
somebody typed somewhere else, so all of it is read as if a stranger had: bounded, typed, cleaned."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import nh3

from portal.errors import Garbled
from portal.gateways.icaro.announced_integrations import Announced, read_announced
from portal.gateways.icaro.session import SHORT_CONNECTION
from portal.urls import web_address

FORMATTING = {"p", "br", "b", "strong", "i", "em", "u", "ul", "ol", "li", "h3", "h4"}
"""What is left of the HTML in a description: no links (a guest is offline), no pictures, no attributes."""
LONGEST_TERMS = 60_000
LONGEST_ABOUT = 2_000
COLOURS = {
    "page": "captive_7_background",
    "surface": "captive_82_container_bg_color",
    "title": "captive_83_title_color",
    "text": "captive_84_text_color",
}
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_FONT = re.compile(r"[A-Za-z][A-Za-z0-9 -]{0,39}")
_NETWORK = re.compile(r"[\w-]{1,64}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2}")
ASKED = frozenset({"marketing", "survey", "reason"})
"""What a hotspot may ask beside the way in."""
_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/h[1-6])\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Hotspot:
    """What the pages need. ``offers`` are names of ways and questions (see :func:`_offers`), ``home`` is where a
    guest goes afterwards, ``colours`` are ``#rrggbb`` by :data:`COLOURS`, ``about`` is clean HTML; the rest is plain
    text. ``short``: seconds that a connection for reading a code lasts. ``wifi4eu``: network and language of the European Commission's
    banner, where the hotspot has to show it. ``integrations`` are those that Icaro's manager switched on. ``pictures`` and ``skipped`` (what is wrong with
    integrations that cannot be visited) are for the operator's eyes only. ``daily`` seconds a day and ``volume`` bytes
    are all that a guest gets, 0 without a limit."""

    offers: frozenset[str]
    home: str = ""
    title: str = ""
    subtitle: str = ""
    about: str = ""
    terms: str = ""
    marketing: str = ""
    font: str = ""
    short: int = SHORT_CONNECTION
    wifi4eu: tuple[str, str] | None = None
    colours: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)
    integrations: tuple[Announced, ...] = ()
    skipped: tuple[str, ...] = ()
    daily: int = 0
    volume: int = 0


def read_hotspot(answer: Mapping[str, Any]) -> Hotspot:
    """The hotspot of an answer; raises :class:`Garbled` when there are no preferences in it."""
    preferences = answer.get("preferences")
    if not isinstance(preferences, dict):
        raise Garbled("wax: no preferences")
    texts = {name: value for name, value in preferences.items() if isinstance(value, str)}
    disclaimers = answer.get("disclaimers")
    said = disclaimers if isinstance(disclaimers, dict) else {}
    terms = plain(said.get("terms_of_use"), LONGEST_TERMS)
    marketing = plain(said.get("marketing_use"), LONGEST_TERMS)
    integrations, skipped = read_announced(answer.get("integrations"))
    return Hotspot(
        offers=_offers(preferences, terms, marketing),
        home=_address(texts.get("captive_1_redir", "")),
        title=plain(texts.get("captive_2_title"), 80, one_line=True),
        subtitle=plain(texts.get("captive_4_subtitle"), 200, one_line=True),
        about=formatted(texts.get("captive_6_description", "")),
        terms=terms,
        marketing=marketing,
        font=_font(texts.get("captive_85_text_style", "")),
        short=_seconds(texts.get("temp_session_duration", "")),
        wifi4eu=_wifi4eu(texts),
        colours={name: colour for name, key in COLOURS.items() if (colour := _colour(texts.get(key, "")))},
        pictures={
            name: texts[key]
            for name, key in {"logo": "captive_3_logo", "banner": "captive_5_banner"}.items()
            if texts.get(key)
        },
        integrations=integrations,
        skipped=skipped,
        daily=_limit(texts.get("CoovaChilli-Max-Navigation-Time", "")),
        volume=_limit(texts.get("CoovaChilli-Max-Total-Octets", "")),
    )


def _offers(preferences: Mapping[str, Any], terms: str, marketing: str) -> frozenset[str]:
    """``voucher-first voucher email sms facebook linkedin``, ``skip`` (no code needed after an e-mail address), and
    what is asked beside: ``terms marketing survey reason``.

    ``quiet``: the hotspot asks for no consents and nothing beside (``check_marketing``), and nothing of it is sent.
    Marketing is asked when there is a text for it, surveys when ``marketing_1_enabled``.
    """
    switches = {
        "voucher-first": "voucher_login",
        "voucher": "temp_code_login",
        "email": "email_login",
        "sms": "sms_login",
        "skip": "email_login_skip_auth",
        "facebook": "facebook_login",
        "linkedin": "linkedin_login",
        "survey": "marketing_1_enabled",
        "reason": "marketing_0_reason_country",
        "quiet": "check_marketing",
    }
    on = {name for name, key in switches.items() if _is_true(preferences.get(key))}
    on |= ({"terms"} if terms else set()) | ({"marketing"} if marketing else set())
    return frozenset(on - ASKED if "quiet" in on else on)


def _is_true(value: object) -> bool:
    return str(value).strip().lower() == "true"


def _seconds(text: str) -> int:
    number = text.strip()
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else SHORT_CONNECTION


def _limit(text: str) -> int:
    number = text.strip()
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 16 else 0


def _wifi4eu(texts: Mapping[str, str]) -> tuple[str, str] | None:
    """Network and language, each empty unless it is sound; None where no banner has to be shown."""
    if not _is_true(texts.get("wifi4eu_enabled")):
        return None
    network, language = texts.get("wifi4eu_id", "").strip(), texts.get("wifi4eu_lang", "").strip().lower()
    return (network if _NETWORK.fullmatch(network) else "", language if _LANGUAGE.fullmatch(language) else "")


def plain(value: object, longest: int, one_line: bool = False) -> str:
    """A text without any markup; blanks at the ends and control characters gone."""
    if not isinstance(value, str):
        return ""
    text = html.unescape(nh3.clean(_BREAK.sub("\n", value[: 4 * longest]), tags=set()))
    text = "".join(letter for letter in text if letter == "\n" or letter.isprintable())
    text = " ".join(text.split()) if one_line else re.sub(r"\n{3,}", "\n\n", text)
    return text.strip()[:longest]


def formatted(value: str) -> str:
    """HTML with nothing but formatting; too much of it is shown as plain text, cut."""
    clean = nh3.clean(value[: 8 * LONGEST_ABOUT], tags=FORMATTING, attributes={}, link_rel=None).strip()
    if len(clean) > LONGEST_ABOUT:
        clean = html.escape(plain(value, LONGEST_ABOUT - 100)) + " …"
    return clean if plain(clean, 20) else ""


def _address(text: str) -> str:
    try:
        return web_address(text.strip())[:1000]
    except ValueError:
        return ""


def _colour(text: str) -> str:
    text = text.strip().lower()
    if not _COLOUR.fullmatch(text):
        return ""
    return text if len(text) == 7 else "#" + "".join(digit * 2 for digit in text[1:])


def _font(text: str) -> str:
    text = text.strip().strip("'\"")
    return text if _FONT.fullmatch(text) else ""
