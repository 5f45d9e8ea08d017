"""Login pages that many guests get: whoever differs from the guest before gets a page of one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.gateways.ucopia.canned import portal_before
from tests.gateways.ucopia.world import World
from tests.guest import Guest


def form(*languages: str) -> dict[str, Any]:
    """An ``init`` that shows the login form in these languages."""
    lang = {"displayLang": list(languages), "defaultLang": "en"}
    return {"step": "LOGON", "auth_modes": {"standard": True}, "lang": lang}


def offered(guest: Guest) -> list[str]:
    """The languages that a page leads to, and where."""
    return [str(link["href"]).partition("&")[0] for link in guest.page.select("a[hreflang]")]


def test_a_guest_gets_the_languages_that_the_controller_offers_to_this_guest(tmp_path: Path) -> None:
    says = {"init": [form("en", "de"), form("en", "fr"), form("en", "de")]}
    with portal_before(tmp_path, says) as (_controller, guest):
        found = [offered(Guest(guest.base_url).opens("campus/")) for _ in range(3)]
    german = ["/campus/?lang=de", "/campus/?lang=en"]
    french = ["/campus/?lang=en", "/campus/?lang=fr"]
    assert found == [german, french, german]


def test_the_languages_of_a_page_lead_back_to_that_page(tmp_path: Path) -> None:
    with portal_before(tmp_path, {"init": form("en", "de")}) as (_controller, guest):
        guest.opens("campus/").opens("campus/")
        assert offered(guest) == ["/campus/?lang=de", "/campus/?lang=en"]
        guest.opens("campus/online").sees("User name")
        assert offered(guest) == ["/campus/online?lang=de", "/campus/online?lang=en"]


def test_a_form_may_lead_to_the_wifi_device_of_this_guest_alone(campus: Callable[..., World]) -> None:
    """A venue with two devices: their addresses stand in the policy of the page, where a form's way is allowed."""
    there = campus(architecture="out-of-band", zone="test")
    found = []
    for address in ("10.0.0.1", "10.0.0.2", "10.0.0.1"):
        there.nas.settings.uamip = address
        policy = there.caught().sees("With an account").response.headers["Content-Security-Policy"]
        found.append([one for one in ("10.0.0.1", "10.0.0.2") if f"http://{one}" in policy])
    assert found == [["10.0.0.1"], ["10.0.0.2"], ["10.0.0.1"]]
