"""A phone on a simulated Wi-Fi device goes online through a simulated central controller, and off again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from bs4 import BeautifulSoup

from portal.simulators.nas import Nas, NasSettings, create_nas
from portal.simulators.radius import RadiusAnswer, chap_challenge, chap_response
from portal.simulators.server import serve
from portal.simulators.ucopia import WireStyle
from tests.simulators.test_ucopia import misses, shape, vector
from tests.simulators.ucopia_guest import Box, box

LOGIN = {"login": "jsmith", "password": "1234"}
MAC = "00-22-fb-d5-15-ee"


class Phone:
    """A phone's browser at the Wi-Fi device; it follows no redirect by itself."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()

    def opens(self, url: str = "http://www.google.com/", mac: str = MAC) -> requests.Response:
        return self.get("browse", url=url, mac=mac)

    def get(self, path: str, **query: str) -> requests.Response:
        return self.http.get(self.url + path, params=query, allow_redirects=False, timeout=5)

    def posts(self, path: str, **form: str) -> requests.Response:
        return self.http.post(self.url + path, data=form, allow_redirects=False, timeout=5)


@contextmanager
def device(ucopia: Box, **settings: Any) -> Iterator[tuple[Phone, Nas]]:
    """A device in front of a controller, and a phone on it."""
    settings = {"portal_url": ucopia.url + "zone/test/"} | settings
    nas = Nas(NasSettings(**settings), ucopia.controller.radius, ucopia.clock)
    with serve(create_nas(nas)) as server:
        phone = Phone(server.url)
        try:
            yield phone, nas
        finally:
            nas.release()
            phone.http.close()


def told(response: requests.Response) -> dict[str, str]:
    """The query of a redirect, one value each."""
    assert response.status_code == 302
    return {
        name: values[0] for name, values in parse_qs(urlsplit(response.headers["Location"]).query).items()
    }


def test_chap_is_chillispots() -> None:
    # Made with: perl -MDigest::MD5=md5,md5_hex -e '$c = pack("H*", "491547e80adf07498546d902541bdb73");
    # print md5_hex("\0"."pass".md5($c."secret")), " ", md5_hex("\0"."pass".$c)'
    challenge = "491547e80adf07498546d902541bdb73"
    assert chap_challenge(challenge, "") == bytes.fromhex(challenge)
    assert chap_response("pass", chap_challenge(challenge, "secret")) == "0f716e54e9cc16b32687a754b8ff27ba"
    assert chap_response("pass", chap_challenge(challenge, "")) == "9853bf744137cb97c2a953044b050127"
    assert chap_challenge("not hex", "secret") != chap_challenge(challenge, "secret")


def test_an_offline_phone_is_redirected_as_in_table_9() -> None:
    with box() as ucopia, device(ucopia) as (phone, _):
        query = told(phone.opens("http://www.google.com/?q=1&r=2"))
        assert query | {"challenge": ""} == {
            "res": "notyet",
            "uamip": "127.0.0.1",
            "uamport": str(urlsplit(phone.url).port),
            "challenge": "",
            "userurl": "http://www.google.com/?q=1&r=2",
            "mac": MAC,
            "ssid": "Hotel Guests",
            "vlan": "0",
        }
        assert len(bytes.fromhex(query["challenge"])) == 16
        assert told(phone.opens())["challenge"] == query["challenge"], "many probes, one challenge"
        assert told(phone.opens(mac="00-00-00-00-00-01"))["challenge"] != query["challenge"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("style", [WireStyle(), WireStyle.manual()])
def test_the_whole_way_in_and_out(method: str, style: WireStyle) -> None:
    with box(wire=style, login_type=method) as ucopia, device(ucopia) as (phone, nas):
        ucopia.account()
        guest = ucopia.guest()
        guest.arrives_in_zone(**told(phone.opens()))
        answer = guest.call("authenticate", **LOGIN)
        where = answer if style.redirect_params_in == "top" else answer["user"]
        if where is answer:
            assert (
                misses(
                    shape(vector("out_of_band_authenticate")["login_URL_params"]),
                    shape(where["login_URL_params"]),
                )
                == []
            )
        params = where["login_URL_params"]
        assert (params["type"], params["uri"], params["protocol"]) == (method, "login", "http")
        assert f"{params['protocol']}://{params['host']}:{params['port']}/" == phone.url
        assert "isConnected" not in guest.call("init")["user"], "the device has not said so yet"
        send = phone.get if method == "GET" else phone.posts
        back = told(send(params["uri"], **params["parameters"]))
        assert (back["res"], back["mac"], "challenge" in back) == ("success", MAC, False)
        guest.arrives_in_zone(**back)
        status = guest.call("init")
        assert (status["step"], status["user"]["isConnected"]) == ("FEEDBACK", True)
        assert status["user"]["macAddress"]["value"] == MAC.replace("-", ":")
        assert "is online" in phone.opens().text
        assert told(send("login", **params["parameters"]))["res"] == "already"

        answer = guest.call("disconnect", login="jsmith")
        where = answer if style.redirect_params_in == "top" else answer["user"]
        params = where["logout_URL_params"]
        assert guest.call("init")["step"] == "FEEDBACK", "only the device ends it"
        back = told(send(params["uri"], **params["parameters"]))
        assert back["res"] == "logoff"
        guest.arrives_in_zone(**back)
        assert guest.call("init")["step"] == "SUBSCRIBE"
        assert not nas.devices[MAC].online


def test_the_url_can_be_overridden() -> None:
    with box(login_url="http://nas.example/hot/login", logout_url="http://nas.example/out") as ucopia:
        ucopia.account()
        guest = ucopia.guest()
        guest.arrives_in_zone()
        params = guest.call("authenticate", **LOGIN)["user"]["login_URL_params"]
        assert params["url"] == "http://nas.example/hot/login"
        challenge = chap_challenge("491547e80adf07498546d902541bdb73", "uam-secret")
        assert params["parameters"] == {
            "username": "jsmith",
            "response": chap_response("1234", challenge),
        }


def test_a_guest_of_a_zone_is_known_by_mac_in_a_new_session() -> None:
    with box() as ucopia:
        ucopia.account()
        first, second = ucopia.guest(), ucopia.guest()
        first.arrives_in_zone()
        first.call("authenticate", **LOGIN)
        second.arrives_in_zone(res="success")
        assert second.call("init")["user"]["isConnected"] is True
        other = ucopia.guest()
        other.arrives_in_zone(mac="00-00-00-00-00-01", res="SUCCESS")
        assert "isConnected" not in other.call("init")["user"]


def signed_in(ucopia: Box, phone: Phone) -> dict[str, str]:
    """The parameters for the device after signing in at the controller."""
    guest = ucopia.guest()
    guest.arrives_in_zone(**told(phone.opens()))
    parameters = guest.call("authenticate", **LOGIN)["user"]["login_URL_params"]["parameters"]
    return dict(parameters)


def test_a_wrong_response_fails_with_a_reason_and_a_new_challenge() -> None:
    with box() as ucopia, device(ucopia) as (phone, _):
        ucopia.account()
        parameters = signed_in(ucopia, phone)
        old = told(phone.opens())["challenge"]
        failed = told(phone.get("login", **parameters | {"response": "0" * 32}))
        assert (failed["res"], failed["reason"]) == ("failed", "reject")
        assert failed["challenge"] != old
        assert told(phone.get("login", **parameters))["res"] == "failed", "the challenge was for one try"
        nobody = told(phone.get("login", username="nobody", response="é"))
        assert (nobody["res"], nobody["reason"]) == ("failed", "reject")


def test_secrets_that_differ_and_accounts_that_ran_out_are_rejected() -> None:
    with box() as ucopia, device(ucopia, uamsecret="another") as (phone, nas):
        account = ucopia.account()
        assert told(phone.get("login", **signed_in(ucopia, phone)))["reason"] == "reject"
        nas.settings.uamsecret = ucopia.settings.uamsecret
        parameters = signed_in(ucopia, phone)
        account.expires = 1
        assert told(phone.get("login", **parameters))["reason"] == "timeout"


def test_a_challenge_grows_old() -> None:
    with box() as ucopia, device(ucopia) as (phone, _):
        ucopia.account()
        parameters = signed_in(ucopia, phone)
        ucopia.clock.passes(601)
        assert told(phone.get("login", **parameters))["reason"] == "challenge"


def test_phones_are_told_apart_by_cookie_then_by_address() -> None:
    with box() as ucopia, device(ucopia) as (phone, _):
        ucopia.account()
        first, second = phone, Phone(phone.url)
        parameters = signed_in(ucopia, first)
        ucopia.clock.passes(1)
        second.opens(mac="00-00-00-00-00-02")
        assert told(first.get("login", **parameters))["mac"] == MAC
        second.http.cookies.clear()
        ucopia.clock.passes(1)
        second.opens(mac="00-00-00-00-00-03")
        second.http.cookies.clear()
        assert told(second.get("login", username="x", response="y"))["mac"] == "00-00-00-00-00-03"
        assert told(second.get("logout"))["mac"] == "00-00-00-00-00-03"
        second.http.close()


def test_devices_have_their_own_words() -> None:
    settings: dict[str, Any] = {
        "portal_url": "http://portal.example/hotel/?a=b",
        "ssid_name": "SSID",
        "uamip": "10.1.0.1",
        "uamport": "3990",
        "upper_case": True,
        "res_names": {"logoff": "logout"},
    }
    with box() as ucopia, device(ucopia, **settings) as (phone, nas):
        response = phone.opens()
        assert response.headers["Location"].startswith("http://portal.example/hotel/?a=b&res=NOTYET&")
        query = told(response)
        assert (query["SSID"], query["uamip"], query["uamport"]) == ("Hotel Guests", "10.1.0.1", "3990")
        assert told(phone.get("logout"))["res"] == "LOGOUT"
        nas.settings.force_res, nas.settings.force_reason = "failed", "max sessions"
        nas.settings.upper_case = False
        failed = told(phone.get("login", username="x", response="y"))
        assert (failed["res"], failed["reason"]) == ("failed", "max sessions")


def test_the_devices_page_lists_phones_and_turns_switches() -> None:
    with box() as ucopia, device(ucopia) as (phone, nas):
        phone.opens("http://x.example/<script>")
        page = phone.get("simulator").text
        assert "&lt;script&gt;" in page
        assert "<script>" not in page
        form = {
            str(field["name"]): str(field["value"])
            for field in BeautifulSoup(page, "html.parser").select("form[method=post] input[name][value]")
        }
        phone.posts("simulator", **form | {"settings.vlan": "12", "settings.ssid_name": "SSID"})
        assert (nas.settings.vlan, nas.settings.ssid_name) == ("12", "SSID")
        assert told(phone.opens())["vlan"] == "12"


def test_any_radius_server_will_do() -> None:
    asked = []

    def radius(username: str, response: str, challenge: bytes) -> RadiusAnswer:
        asked.append((username, response, len(challenge)))
        return RadiusAnswer(True)

    with box() as ucopia, device(ucopia) as (phone, nas):
        nas.radius = radius
        phone.opens()
        assert told(phone.get("login", username="a", response="b"))["res"] == "success"
        assert asked == [("a", "b", 16)]
