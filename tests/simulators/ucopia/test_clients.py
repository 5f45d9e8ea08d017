"""Clients of three kinds get online and offline against the controller, with its default switches."""

from __future__ import annotations

from tests.simulators.ucopia.clients import PortalAuth, Slim, shell
from tests.simulators.ucopia_guest import box


def test_a_small_program_for_new_firmware_goes_online_and_offline() -> None:
    with box() as ucopia:
        slim = Slim(ucopia.url)
        answer = slim.goes_online()
        assert (answer["step"], answer["type"]) == ("FEEDBACK", "CONNECT")
        assert (answer["authenticate_step"], answer["authenticate_type"]) == ("SUBSCRIBE", "ONE")
        assert {"user", "informativeWidget", "accountRefill"} <= set(answer)
        login = answer["user"]["login"]["value"]
        status = slim.call("init")
        assert status["user"]["isConnected"] is True
        assert slim.call("refresh", login=login, time="0") == {"step": "FEEDBACK", "type": "REFRESH"}
        assert slim.call("disconnect", login=login)["info"]["code"] == "disconnect_success"
        assert "isConnected" not in slim.call("init")["user"]
        slim.close()


def test_an_app_goes_online_and_offline_with_the_cookie_of_the_first_hop() -> None:
    with box() as ucopia:
        ucopia.account()
        app = PortalAuth(ucopia.url, "jsmith", "1234")
        assert app.goes_online()["step"] == "FEEDBACK"
        assert app.goes_online()["user"]["login"]["value"] == "jsmith", "once more is harmless"
        assert app.call("refresh", login="jsmith")["type"] == "REFRESH"
        assert app.call("disconnect", login="jsmith", password_digest="whatever")["info"]
        assert app.call("init")["step"] == "SUBSCRIBE"


def test_a_script_goes_online_and_offline_without_any_cookie() -> None:
    with box() as ucopia:
        ucopia.account()
        answer = shell(
            ucopia.url, action="authenticate", login="jsmith", password="1234", policy_accept="true"
        )
        assert answer["step"] == "FEEDBACK"
        digest = answer["user"]["passwordDigest"]["value"]
        more = {"login": "jsmith", "password_digest": digest}
        again = shell(ucopia.url, action="refresh", time="17", policy_accept="false", **more)
        assert again == {"step": "FEEDBACK", "type": "REFRESH"}
        assert shell(ucopia.url, action="init")["user"]["consumedData"]
        assert shell(ucopia.url, action="disconnect", **more)["info"]["code"] == "disconnect_success"
        assert shell(ucopia.url, action="refresh", time="17", **more) == {"step": "LOGON", "type": ""}


def test_old_firmware_serves_a_script_that_gives_the_digest_back() -> None:
    from portal.simulators.ucopia import WireStyle

    with box(old_firmware=True, wire=WireStyle.old(), time_credit=60) as ucopia:
        ucopia.account(credit=3600)
        answer = shell(ucopia.url, action="authenticate", login="jsmith", password="1234")
        user = answer["user"]
        assert "informativeWidget" not in answer
        assert {"incommingVlan", "incommingZone", "incomingZone", "timeCredit"} <= set(user)
        assert "error" in shell(ucopia.url, action="disconnect", login="jsmith")
        digest = user["passwordDigest"]["value"]
        assert len(digest) == 40
        assert "info" in shell(ucopia.url, action="disconnect", login="jsmith", password_digest=digest)


def test_the_private_policy_of_new_firmware_is_enforced() -> None:
    from portal.simulators.ucopia import Policy

    with box(private_policy=Policy(display=True)) as ucopia:
        ucopia.account()
        login = {"login": "jsmith", "password": "1234", "from_ajax": "true"}
        guest = ucopia.guest().arrives()
        assert guest.call("init")["private_policy"]["display"] is True
        assert guest.call("authenticate", **login)["error"]["code"].startswith("error_logon_bad-private")
        assert guest.call("authenticate", private_policy_accept="true", **login)["step"] == "FEEDBACK"
