"""What of a hotspot's preferences guests of this portal do not meet, for the operator who switches from Wings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal.gateways.icaro.hotspot import Hotspot, formatted
from portal.gateways.icaro.methods import SOCIAL
from portal.gateways.icaro.settings import Settings

PICTURES = {
    "captive_3_logo": "the logo (icaro save-logo puts it into the venue's folder)",
    "captive_5_banner": "the banner picture",
    "captive_81_bg_image": "the background picture (a venue's theme may have a photo of its own)",
}
TELLS_ONCE = (
    "the link in mails and text messages: it leads where EMAIL_LOGIN_LINK and SMS_LOGIN_LINK of the whole Icaro "
    "installation say; the code beside it works here"
)


def not_taken_over(preferences: Mapping[str, Any], hotspot: Hotspot, settings: Settings) -> Iterator[str]:
    """One line for each thing, with what to do about it."""
    said = {name: value for name, value in preferences.items() if isinstance(value, str)}
    yield from (words for name, words in PICTURES.items() if said.get(name))
    if not settings.skin and any(name.startswith("captive_") and text for name, text in said.items()):
        yield "title, texts, colours and font: icaro.skin is false"
    for name, title in SOCIAL.items():
        if name in hotspot.offers and not settings.social_url:
            yield f"{title}: needs Icaro's own page; set icaro.social_url, or switch {name}_login off"
    if (description := said.get("captive_6_description", "").strip()) and formatted(
        description
    ) != description:
        yield "links, pictures and styles in the description: guests are offline; its text is shown"
    if said.get("captive_85_text_style") and not hotspot.font:
        yield "the font: its name cannot be used"
    if hotspot.font:
        yield f"the font {hotspot.font} is named, not loaded: devices that do not have it use their own"
    if hotspot.wifi4eu and not hotspot.wifi4eu[0]:
        yield "WiFi4EU: wifi4eu_id is empty or odd, so the Commission cannot count this network"
    if {"voucher-first"} & hotspot.offers and "voucher" not in hotspot.offers:
        yield "vouchers that sign in by themselves: temp_code_login is false, so they are refused, as by Wings"
    if any(text for name, text in said.items() if name == "facebook_login_page"):
        yield "the Facebook page that Wings shows after a login"
    yield TELLS_ONCE
