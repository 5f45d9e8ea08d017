"""Hotel guests with real browsers: the room, the ticket, the greeting, and what can go wrong between browser and box."""

from __future__ import annotations

import contextlib
import datetime
import gzip
import ipaddress
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests import axe
from tests.browsers import Browser
from tests.gateways.iacbox.hotel import BERGER, FREE, KINDS, RUNNING, Hotel, open_hotel

CONNECT = "main form button"


@pytest.fixture
def hotel(tmp_path: Path) -> Iterator[Callable[..., Hotel]]:
    with contextlib.ExitStack() as stack:
        yield lambda *args, **options: stack.enter_context(open_hotel(tmp_path, *args, **options))


@pytest.fixture(params=["chromium", "webkit"])
def browser(request) -> Callable[..., Browser]:
    """Makes guests with either engine."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def tls(tmp_path_factory) -> ssl.SSLContext:
    """A certificate for this machine, signed by nobody."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def comes(guest: Browser, hotel: Hotel) -> Browser:
    """Caught by the box, and on the login page."""
    guest.open(hotel.new_phone)
    return guest.wait_for_url("/hotel/")


def types(guest: Browser, values: dict[str, str]) -> Browser:
    for name, value in values.items():
        guest.fill(name, value)
    return guest.press(CONNECT)


def chooses(guest: Browser, name: str) -> Browser:
    """Takes a ticket that costs money, by two taps."""
    guest.wait_for_text(name).press(name).wait_for_text("29" if name == "Week" else "9")
    return guest.press("button[name=confirmed]").wait_for_url("/hotel/online")


def arrived(guest: Browser) -> Browser:
    """The success page is wholly there."""
    return guest.wait_until(
        lambda: guest.evaluate("() => document.readyState") == "complete" and guest.find("link", "a.button"),
        "no way on",
    )


def source(hotel: Hotel) -> str:
    """With what the one phone of this hotel is online."""
    grants = [device.grant for device in hotel.box.devices.values() if device.grant]
    return grants[0].source if grants else ""


@pytest.mark.parametrize(
    ("mode", "kind", "language"),
    [
        ("external", "fias", "en"),
        ("external", "himed", "de"),
        ("external", "asaj", "ar"),
        ("external", "fias", "ja"),
        ("local", "asaj", "ja"),
        ("local", "fias", "ar"),
        ("redirect", "himed", "ar"),
    ],
)
def test_a_guest_signs_in_with_the_room(hotel, browser, mode, kind, language):
    here = hotel(mode, kind)
    guest = types(comes(browser(language=language), here), KINDS[kind][2])
    if mode == "redirect":
        guest.wait_for_url("/hotel/callback")
    else:
        chooses(guest, "Premium Speed")
        assert source(here) == "Premium Speed (174)"
    assert here.is_online()
    assert guest.errors() == []
    arrived(guest).reload()
    arrived(guest)


@pytest.mark.parametrize("mode", ["external", "local"])
def test_without_javascript(hotel, browser, mode):
    here = hotel(mode)
    guest = types(comes(browser(javascript=False), here), BERGER)
    if mode == "local":
        chooses(guest, "Premium Speed").wait_for_text("Welcome, Anna Berger")
    guest.wait_for_text("You are online")
    assert here.is_online()


def test_the_room_is_padded_and_the_name_is_cut_by_the_script(hotel, browser):
    here = hotel("external", "himed", more="pad = 5\nname_characters = 4", room_digits=5, name_chars=4)
    guest = types(comes(browser(), here), {"room": "٢١٤", "last_name": "Bergmeister"})
    chooses(guest, "Week")
    question = next(
        one.fields for one in here.box.messages if one.what == "PMS question" and "lname" in one.fields
    )
    assert (question["room"], question["room_himed"], question["lname"]) == ("00214", "00214", "Berg")


def test_a_day_typed_by_hand_goes_out_as_the_box_wants_it(hotel, chromium):
    """Old phones have no date input: theirs is a line of text."""
    here = hotel("external", style="json", more='style = "json"')
    guest = comes(chromium(language="de"), here)
    guest.evaluate("() => { document.querySelector('[name=birthday]').type = 'text' }")
    types(guest, {"room": "214", "birthday": "3.11.1985"})
    chooses(guest, "Week")


def test_what_cannot_be_read_goes_to_our_server_which_says_so(hotel, chromium):
    here = hotel("external")
    guest = comes(chromium(), here)
    guest.evaluate("() => { document.querySelector('[name=birthday]').type = 'text' }")
    types(guest, {"room": "214", "birthday": "3.11.1985"})
    guest.wait_for_text("This date is not valid. Write it like this: 1980-05-31")
    assert guest.value("room") == "214"
    assert not [one for one in here.box.messages if one.what == "PMS question"]


def test_a_guest_with_a_running_ticket_is_online_at_once_and_is_greeted(hotel, browser):
    here = hotel("external")
    guest = types(comes(browser(), here), RUNNING)
    guest.wait_for_url("/hotel/online").wait_for_text("Welcome, Seán O'Neill. Room 301")
    arrived(guest).reload().wait_for_text("Welcome, ")


def test_one_free_ticket_takes_itself(hotel, browser):
    here = hotel("external", more="skip_single_free = true", skip_free_templates=False)
    types(comes(browser(), here), FREE).wait_for_url("/hotel/online").wait_for_text("Welcome, ")
    assert source(here) == "Free Access (435)"


def test_an_impatient_guest_asks_once(hotel, browser):
    here = hotel("external")
    here.box.faults.slow = 0.3
    guest = comes(browser(), here)
    for name, value in BERGER.items():
        guest.fill(name, value)
    guest.double_press(CONNECT).wait_for_text("Premium Speed")
    assert len([one for one in here.box.messages if one.what == "PMS question"]) == 1


def test_a_wrong_room_is_told_and_what_was_typed_is_kept(hotel, browser):
    guest = types(comes(browser(), hotel("external")), BERGER | {"room": "999"})
    guest.wait_for_text("The hotel's system did not accept these details.")
    assert (guest.value("room"), guest.value("birthday")) == ("999", "3")
    types(guest, {"room": "214"}).wait_for_text("Premium Speed")


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ({"pms": "html"}, "Try again, or connect another way."),  # Chromium does not even load it
        ({"pms": "wrong_callback"}, "The network is not working as it should."),
        ({"pms": "huge"}, "The network is not working as it should."),
        ({"pms": "wrong_types"}, "The network is not working as it should."),
        ({"down": "503"}, "This browser could not reach the network."),
        ({"down": "close"}, "This browser could not reach the network."),
    ],
)
def test_a_fault_of_the_box_is_told_and_another_way_offered(hotel, chromium, faults, words):
    fault_is_told(hotel("external"), chromium(), faults, words)


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ({"pms": "html"}, "The network is not working as it should."),
        ({"down": "503"}, "This browser could not reach the network."),
    ],
)
def test_and_in_webkit(hotel, webkit, faults, words):
    fault_is_told(hotel("external"), webkit(), faults, words)


def fault_is_told(here: Hotel, guest: Browser, faults: dict[str, str], words: str) -> None:
    comes(guest, here)
    for name, value in faults.items():
        setattr(here.box.faults, name, value)
    types(guest, BERGER).wait_for_text(words)
    assert (guest.value("room"), guest.value("birthday")) == ("214", "3")
    here.box.faults.pms = here.box.faults.down = ""
    guest.press("Connect another way").wait_for_text("You are online")


def test_at_the_choice_the_other_way_takes_the_same_ticket(hotel, chromium):
    here = hotel("external")
    guest = types(comes(chromium(), here), BERGER).wait_for_text("Premium Speed")
    here.box.faults.down = "close"
    guest.press("Free Access").wait_for_text("This browser could not reach the network.")
    here.box.faults.down = ""
    guest.press("Connect another way").wait_for_text("You are online")
    assert source(here) == "Free Access (435)"


def test_a_box_that_never_answers_is_given_up(hotel, chromium):
    """After ten seconds; the clock of the page is set forward so that nobody has to wait."""
    here = hotel("external")
    guest = comes(chromium(), here)
    here.box.faults.slow = 4
    guest.page.clock.install()
    types(guest, BERGER).wait_until(lambda: "data-pms" in guest.html(), "nobody asks")
    guest.page.clock.run_for(10_100)
    guest.wait_for_text("The network is slow.")
    assert guest.value("room") == "214"


def test_a_script_in_the_names_stays_text(hotel, browser):
    here = hotel("external")
    here.box.faults.pms = "script"
    guest = types(comes(browser(), here), BERGER).wait_for_text("<script>document.title='taken'</script>")
    assert "taken" not in guest.title()
    guest.press("button.choice").wait_for_text("You are online")
    assert "taken" not in guest.title()
    assert guest.errors() == []


def test_over_https(hotel, browser, tls):
    """The portal and the box on two origins, both on HTTPS."""
    here = hotel("external", tls=tls, box_tls=tls)
    guest = types(comes(browser(ignore_tls=True), here), BERGER)
    chooses(guest, "Premium Speed").wait_for_text("Welcome, ")
    assert guest.url().startswith("https://")
    assert guest.errors() == []


def test_a_box_on_http_behind_a_portal_on_https_is_blocked_and_the_other_way_works(hotel, browser, tls):
    """Mixed content. The name is none of this machine, which browsers would trust even without HTTPS."""
    here = hotel("external", tls=tls, pms_url="http://box.test:8080/pms")
    guest = types(comes(browser(ignore_tls=True), here), BERGER)
    guest.wait_for_text("This browser could not reach the network. Try again, or connect another way.")
    assert guest.name != "Chromium" or any("Mixed Content" in error for error in guest.errors())
    assert (guest.value("room"), guest.value("birthday")) == ("214", "3")
    guest.press("Connect another way").wait_for_text("You are online")
    assert here.is_online()


@pytest.mark.parametrize(("language", "dark"), [("en", False), ("ar", True)])
def test_the_pages_are_accessible(hotel, chromium, language, dark):
    here = hotel("external")
    guest = comes(chromium(language=language, dark=dark), here)
    assert axe.violations(guest.page) == []
    types(guest, BERGER | {"room": "9"}).wait_until(lambda: guest.find("field", "room"), "no form")
    guest.wait_until(lambda: "alert" in guest.html(), "no notice")
    assert axe.violations(guest.page) == []
    types(guest, BERGER).wait_for_text("Premium Speed")
    assert axe.violations(guest.page) == []
    guest.press("Premium Speed").wait_for_text({"en": "€9"}.get(language, "9"))
    assert axe.violations(guest.page) == []
    arrived(guest.press("button[name=confirmed]").wait_for_url("/hotel/online"))
    assert axe.violations(guest.page) == []


def test_the_script_is_small():
    script = Path(__file__).parents[2] / "static" / "pms.js"
    assert len(gzip.compress(script.read_bytes(), 9)) <= 1500
