"""A guest goes online whatever a venue sets: every form of the wire, no callback, one code, overrides, refresh ids."""

from __future__ import annotations

import hashlib
import logging

import pytest

from tests.gateways.iacbox.inn import inn
from tests.guest import Guest

TERMS = {"texts/en.toml": 'terms = "Be kind."'}


@pytest.fixture
def mac(request):
    return "02" + hashlib.sha256(request.node.name.encode()).hexdigest()[:8] + "00"


KINDS = {
    "unencrypted": ({"encrypt": False}, "encrypt = false\nallow_unencrypted_credentials = true"),
    "text-salt": (
        {"encrypt": False, "salt": "text"},
        'encrypt = false\nsalt = "text"\nallow_unencrypted_credentials = true',
    ),
    "protocol-1": (
        {"version": "1.3", "encrypt": False},
        'version = "1.3"\nencrypt = false\nallow_unencrypted_credentials = true',
    ),
    "protocol-1-encrypted": ({"version": "1.3"}, 'version = "1.3"'),
    "renamed": (
        {
            "lapi": "data",
            "si": "sig",
            "names": {"user": "usr", "pwd": "pw"},
            "answer_names": {"id": "cid", "rc": "code"},
        },
        'lapi = "data"\nsi = "sig"\nnames = { user = "usr", pwd = "pw" }\n'
        'answer_names = { id = "cid", rc = "code" }',
    ),
    "rest-like": ({"rest_like": True}, ""),
    "rest-like-slash": ({"rest_like": True, "rest_shape": "{lapi}/{si}/"}, ""),
    "rest-like-named": ({"rest_like": True, "rest_shape": "lapi/{lapi}/si/{si}"}, ""),
    "rest-like-named-slash": ({"rest_like": True, "rest_shape": "lapi/{lapi}/si/{si}/"}, ""),
    "semicolons": ({"cuts_semicolons": False}, ""),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_form_of_the_wire_takes_a_guest_online(tmp_path, mac, kind):
    settings, keys = KINDS[kind]
    with inn(tmp_path, keys, **settings) as one:
        one.guest(mac).fills(username="müller 7", password="p=ä$&x").presses(way="cred").sees(
            "You are online"
        )
        assert one.online(mac)


def test_without_a_final_callback_the_box_sends_the_guest_on(tmp_path, mac):
    with inn(tmp_path, "callback = false", callback=False) as one:
        guest = one.guest(mac, wanted="http://www.example.com/news").fills(
            username="gast", password="willkommen"
        )
        guest.presses(way="cred").leaves_for("http://www.example.com/news")
        assert one.online(mac)


def test_one_field_is_enough_for_a_ticket(tmp_path, mac):
    with inn(tmp_path, 'credentials = "code"\ncode_case = "upper"') as one:
        guest = one.guest(mac)
        assert guest.page.select("input[name=password]") == []
        guest.fills(username=" alpen - 2024 ").presses(way="cred")
        said = next(message.fields for message in one.box.messages if message.fields.get("type") == "cred")
        assert (said["user"], said["pwd"]) == ("ALPEN-2024", "ALPEN-2024")


def test_overrides_travel_with_the_logon(tmp_path, mac):
    with inn(tmp_path, "overrides = { time = 3600, down = 512, description = 'a;b' }") as one:
        one.guest(mac).fills(username="gast", password="willkommen").presses(way="cred").sees(
            "You are online"
        )
        said = str(one.box.messages)
        assert "'ov_time': '3600'" in said
        assert "'ov_down': '512'" in said
        assert "'desc': 'ab'" in said


@pytest.mark.parametrize(
    ("refid", "sees"),
    [("7", "This device"), ("8", "Be kind."), ("9", "Connect to the Wi-Fi"), ("10", "The pool opens at 7")],
)
def test_a_refresh_id_leads_to_its_page(tmp_path, mac, refid, sees):
    pool = "{% extends layout %}{% block main %}<p>The pool opens at 7</p>{% endblock %}"
    refresh = '[iacbox.refresh]\n7 = "account"\n8 = "terms"\n10 = "pool.html"\n'
    files = {**TERMS, "theme/templates/pool.html": pool}
    with inn(tmp_path, refresh, files=files) as one:
        one.guest(mac)
        Guest(one.url).opens(f"hotel/refresh/{refid}").sees(sees)


@pytest.mark.parametrize("wrong", ["{{ pool }}", "{% if '?' in page.start %}{{ pool }}{% endif %}"])
def test_a_page_of_the_venue_that_fails_gives_way_to_the_login_page(tmp_path, mac, caplog, wrong):
    """Found at the start, or only when a guest comes: a sample's links hold no state."""
    page = "{% extends layout %}{% block main %}<p>The pool</p>" + wrong + "{% endblock %}"
    with (
        caplog.at_level(logging.ERROR, "portal"),
        inn(
            tmp_path, '[iacbox.refresh]\n7 = "pool.html"\n', files={"theme/templates/pool.html": page}
        ) as one,
    ):
        one.guest(mac)
        guest = Guest(one.url).opens("hotel/refresh/7").sees("Connect to the Wi-Fi").does_not_see("The pool")
        assert guest.response.status_code == 200
    assert len([line for line in caplog.messages if "pool.html" in line]) == 1


def test_a_venues_template_can_read_no_secret(tmp_path, mac):
    spy = "{% extends layout %}{% block main %}{{ config }}{{ ''.__class__.__mro__ }}{% endblock %}"
    with inn(tmp_path, '[iacbox.refresh]\n7 = "spy.html"\n', files={"theme/templates/spy.html": spy}) as one:
        one.guest(mac)
        guest = Guest(one.url).opens("hotel/refresh/7")
        assert "SECRET" not in guest.html
        assert "mro" not in guest.html
        guest.sees("Connect to the Wi-Fi")
