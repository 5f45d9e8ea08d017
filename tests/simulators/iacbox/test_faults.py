"""The switches, and the page on which they are thrown."""

import re
import ssl
import subprocess
import threading
import time

import pytest
import requests

from portal.simulators.iacbox import BoxSettings, IacBox, create_box, texts
from portal.simulators.iacbox.outgoing import FOREIGN_SECRET, codec_of
from portal.simulators.iacbox.settings import Faults
from portal.simulators.iacbox.wire import BadSignature, WireFault, unpack
from portal.simulators.server import serve


def sealed(response):
    return re.search(r"lapi=([^&]*)&si=(.*)", response.headers["Location"]).groups()


def test_another_secret_signs_what_the_box_sends_and_it_still_reads_what_comes(phone):
    phone.arrives()
    phone.box.faults.wrong_secret = True
    for answer in (phone.browses(), phone.logs_on("to")):
        with pytest.raises(BadSignature):
            phone.reads(answer)
        assert unpack(codec_of(phone.box.settings, FOREIGN_SECRET).open(*sealed(answer)))["id"] == phone.id
    assert phone.box.online() == 1


@pytest.mark.parametrize("encrypt", [True, False])
def test_an_altered_url_no_longer_fits_its_signature(open_box, encrypt):
    phone = open_box(encrypt=encrypt)
    phone.arrives()
    phone.box.faults.altered_url = True
    for answer in (phone.browses(), phone.logs_on("to")):
        with pytest.raises(WireFault):
            phone.reads(answer)


def test_another_version_is_said_in_redirects_1_and_3(phone):
    phone.arrives()
    phone.box.faults.other_version = True
    assert phone.arrives()["ver"] == "3.0"
    assert phone.reads(phone.logs_on("to"))["ver"] == "3.0"


def test_replay_sends_the_redirects_of_before(phone, another):
    second = another(phone)
    phone.arrives()
    first_1, first_3 = phone.browses(), phone.logs_on("to")
    phone.box.faults.replay = True
    assert second.browses().headers["Location"] == first_1.headers["Location"]
    second.id = phone.box.devices[second.mac].id
    assert second.logs_on("cred", user="x", pwd="").headers["Location"] == first_3.headers["Location"]


def test_a_box_that_forgot_its_phones_says_so(phone):
    phone.arrives()
    phone.box.faults.unknown_id = True
    assert phone.outcome("to")[0] == str(texts.UNKNOWN_CLIENT)


def test_redirect_3_can_name_another_phone(phone):
    phone.arrives()
    phone.box.faults.other_id = True
    back = phone.reads(phone.logs_on("to"))
    assert back["rc"] == "0"
    assert back["id"] != phone.id


def test_a_box_that_is_down_shows_its_page_all_the_same(phone):
    phone.arrives()
    phone.box.faults.down = "503"
    assert [phone.browses().status_code, phone.logs_on("to").status_code, phone.get("pms").status_code] == [
        503
    ] * 3
    phone.box.faults.down = "close"
    for ask in (phone.browses, lambda: phone.logs_on("to"), lambda: phone.get("pms")):
        with pytest.raises(requests.ConnectionError):
            ask()
    assert phone.get("").status_code == 200
    assert not phone.box.online()


def test_a_slow_box_keeps_the_guest_waiting_but_not_the_operator(phone):
    phone.box.faults.slow = 0.2
    start = time.monotonic()
    phone.get("")
    operator, start = time.monotonic() - start, time.monotonic()
    phone.arrives()
    assert operator < 0.2 <= time.monotonic() - start


def test_the_switches_are_thrown_on_the_page(phone):
    form = {"wrong_secret": "on", "down": "503", "pms": "html", "slow": "0.5"}
    assert (
        requests.post(phone.url + "switches", data=form, allow_redirects=False, timeout=5).status_code == 303
    )
    assert phone.box.faults == Faults(wrong_secret=True, down="503", pms="html", slow=0.5)
    assert not phone.box.refuses_replay
    page = phone.get("").text
    assert re.search(r'name="wrong_secret" checked', page)
    assert not re.search(r'name="replay" checked', page)
    requests.post(phone.url + "switches", data={"refuses_replay": "on"}, timeout=5)
    assert (phone.box.faults, phone.box.refuses_replay) == (Faults(), True)


@pytest.mark.parametrize(
    "form", [{"slow": "x"}, {"slow": "nan"}, {"slow": "999"}, {"down": "x"}, {"pms": "x"}]
)
def test_a_switch_that_does_not_exist_is_refused(phone, form):
    assert requests.post(phone.url + "switches", data=form, timeout=5).status_code == 400


def test_the_page_shows_what_works_and_what_travelled_escaped(phone):
    phone.arrives("http://example.com/<b>")
    phone.outcome("cred", user="<i>", pwd="")
    page = phone.get("").text
    for shown in (
        "ALPEN-2024",
        "müller 7",
        "王",
        "الحسن",
        "GNBerger|",
        "03.11.1985",
        "http://example.com/&lt;b&gt;",
        "user=&lt;i&gt;",
    ):
        assert shown in page
    assert "<b>" not in page
    assert "<i>" not in page


def test_the_page_keeps_the_last_thirty_messages(phone):
    for _ in range(40):
        phone.arrives()
    assert len(phone.box.messages) == 30


def test_an_operator_logs_a_phone_off(phone):
    phone.arrives()
    phone.outcome("to")
    assert f"/device/{phone.mac}/logoff" in phone.get("").text
    requests.post(phone.url + f"device/{phone.mac}/logoff", timeout=5)
    assert not phone.is_online()


@pytest.mark.parametrize("path", ["device/xyz/browse", "device/0A0000000001/browse", "nothing"])
def test_there_is_nothing_elsewhere(phone, path):
    assert phone.get(path).status_code == 404


def test_phones_that_come_together_each_get_an_address_and_an_id(phone):
    def come(number):
        phone.box.redirect_1(phone.box.seen(f"0a00000001{number:02x}", "127.0.0.1"))

    threads = [threading.Thread(target=come, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    devices = phone.box.devices.values()
    assert len({device.ip for device in devices}) == len({device.id for device in devices}) == 40


def test_a_box_speaks_tls(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    )
    subject = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
    subprocess.run([*command.split(), *subject], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with serve(create_box(IacBox(BoxSettings("s", "https://127.0.0.1:9/hotel/"))), tls=tls) as running:
        answer = requests.get(
            running.url + "new-phone", allow_redirects=False, timeout=5, verify=str(certificate)
        )
    assert answer.headers["Location"].startswith("https://127.0.0.1:9/hotel/?lapi=")
