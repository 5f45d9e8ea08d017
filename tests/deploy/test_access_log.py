"""What a proxy writes down of guests on their way: no state of theirs, and nothing that they typed."""

from __future__ import annotations

import re
import time
from urllib.parse import unquote

import pytest

from portal.errors import StateLost
from portal.integrations import hops
from portal.session import TokenCodec
from tests.deploy.proxy import free_port, nginx, site
from tests.gateways.iacbox.inn import TEMPLATES, inn
from tests.guest import Guest
from tests.house import KEY

CODEC = TokenCodec((KEY,))
FILES = {
    "texts/en.toml": 'terms = "The terms."\nprivacy = "Privately."',
    "texts/de.toml": 'terms = "Die Regeln."',
}


@pytest.fixture
def hotel(tmp_path):
    """A hotel behind nginx, which writes its log; gives the inn, the address in front, and the log so far."""
    keys = 'sign_in = ["cred", "create"]\n' + TEMPLATES
    with inn(
        tmp_path / "venues", keys, "terms = { required = true }", files=FILES, config={"proxies": 1}
    ) as one:
        front, log = free_port(), tmp_path / "access.log"
        text = site("nginx-one-host.conf", [one.url.removeprefix("http://").rstrip("/")], front)
        with nginx(tmp_path / "nginx", text.replace("access_log off;", f"access_log {log} combined;")):
            url = f"http://127.0.0.1:{front}/"
            one.box.point_at(f"{url}hotel/", f"{url}hotel/callback")
            yield one, url, log.read_text


@pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "no cookies"])
def test_no_state_stands_in_the_log_of_a_proxy(hotel, cookies):
    one, url, log = hotel
    guest = Guest(url, cookies=cookies, goes_on=True).opens(one.start("0200000000c1"))
    guest.chooses_language("de").sees("Ticket-Code").chooses_language("en")
    guest.follows("Terms of use").sees("The terms.").chooses_language("de").sees("Die Regeln.")
    guest.chooses_language("en").follows("Back").sees("Ticket code")
    guest.fills(username="very-secret-code").ticks("terms").presses(way="cred").does_not_see("You are online")
    guest.chooses_language("de").sees("Ticket-Code").chooses_language("en")
    guest.ticks("terms").buys("Premium").sees("You are online")
    written = log()
    assert written.count("\n") > 12
    assert "very-secret-code" not in unquote(written)
    assert not re.search(r"guest=[\w-]{23}", unquote(written)), "links hold handles"
    for token in set(re.findall(r"[\w-]{40,}", unquote(written))):
        for use in (b"", hops.JOURNEY, b"icaro session"):
            with pytest.raises(StateLost):
                CODEC.loads(token, time.time(), use)


def test_a_handle_from_the_log_is_worth_nothing_in_another_browser(hotel):
    one, url, log = hotel
    guest = Guest(url, cookies=False, goes_on=True).opens(one.start("0200000000c2"))
    guest.chooses_language("de").sees("Ticket-Code")
    address = re.findall(r"/hotel/\?lang=de&guest=[\w-]{22}", log())[-1]
    stranger = Guest(url, cookies=False)
    stranger.session.headers["User-Agent"] = "another browser"
    stranger.opens(address).does_not_see("Ticket-Code")
    guest.opens(address).sees("Ticket-Code")
