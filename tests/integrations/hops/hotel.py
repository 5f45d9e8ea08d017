"""A hotel with an IACBOX and two integrations, each on a socket of its own, and guests who arrive there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from portal.simulators.iacbox import BoxSettings, IacBox, create_box
from portal.simulators.iacbox.tickets import Ticket
from portal.simulators.integration import Notice, Survey, Webhook, create_notice, create_survey
from portal.simulators.server import serve
from tests.guest import Guest
from tests.house import running_portal

SECRET = "correct horse battery"
TOKEN = "060a5ad5108fada38d10ba54756"
VENUE = """
name = "Hôtel & Söhne مرحبا"
system = "iacbox"
languages = ["en", "de", "ar", "ja"]
{more}
[iacbox]
url = "{box}"
secret = "correct horse battery"
sign_in = ["cred"]
{iacbox}
[hotspot]
uuid = "hotspot-1"
{integrations}
"""
SURVEY = """
[[integrations]]
name = "Survey"
description = "One question about your stay."
site = "https://survey.example/about"
wings_compatible = true
post_auth_redirect_url = "{survey}"
"""
NOTICE = """
[[integrations]]
name = "Notice"
webhook_token = "060a5ad5108fada38d10ba54756"
sign_return = true
pre_auth_redirect_url = "{notice}/"
"""
WITH_CODE = 'credentials = "code"'


@dataclass
class Hotel:
    """Everything of one test. Addresses without a final slash."""

    portal: str
    box: IacBox
    box_url: str
    survey: Survey
    notice: Notice
    survey_app: Flask
    folder: Path

    def guest(self, **how: Any) -> Guest:
        """A guest who has switched on the Wi-Fi."""
        return Guest(self.portal + "/", **{"goes_on": True} | how).opens(self.box_url + "/arrive")

    def online(self) -> int:
        """How many devices the box lets through."""
        return self.box.online()

    def logons(self) -> int:
        """How often redirect 2 asked for a logon."""
        return sum(message.fields.get("ac") == "logon" for message in self.box.messages)


Opens = Callable[..., Hotel]


@contextmanager
def open_hotels(tmp_path: Path) -> Iterator[Opens]:
    """Opens hotels until the test is over."""
    with ExitStack() as stack:

        def open(
            integrations: str, iacbox: str = "", more: str = "", files: Any = None, **settings: Any
        ) -> Hotel:
            box = IacBox(BoxSettings(SECRET))
            box.stock.tickets.append(Ticket("ALPEN2024"))
            survey, notice = Survey("", Webhook(TOKEN)), Notice("", Webhook(TOKEN), sign_return=True)
            apps = (create_box(box), create_survey(survey), create_notice(notice))
            urls = [stack.enter_context(serve(app)).url.rstrip("/") for app in apps]
            text = VENUE.format(
                box=urls[0] + "/",
                iacbox=iacbox,
                more=more,
                integrations=integrations.replace("{survey}", urls[1]).replace("{notice}", urls[2]),
            )
            venue = {"venue.toml": text, **(files or {})}
            running = stack.enter_context(
                running_portal(tmp_path / "venues", {"hotel": venue, "other": venue}, **settings)
            )
            portal = running.url.rstrip("/")
            survey.portal_url = notice.portal_url = portal
            box.point_at(f"{portal}/hotel/", f"{portal}/hotel/callback")
            return Hotel(portal, box, urls[0], survey, notice, apps[1], tmp_path / "venues")

        yield open
