"""The manual's own examples, from the wire to the page."""

from __future__ import annotations

from pathlib import Path

from tests.gateways.ucopia.canned import portal_before, vector

CONNECTED = vector("init") | {"step": "FEEDBACK", "type": "CONNECT"}
CONNECTED["user"] = CONNECTED["user"] | vector("authenticate")["user"] | {"isConnected": True}


def test_init_subscribe_and_authenticate_of_the_manual_end_on_its_feedback_page(tmp_path: Path) -> None:
    says = {"init": [vector("init"), CONNECTED], "subscribe": vector("subscribe_success")}
    with portal_before(tmp_path, says | {"authenticate": vector("authenticate")}) as (controller, guest):
        guest.opens("campus/?dst=http://www.cambridgeenglish.org/")
        assert {f["name"] for f in guest.page.select("form:has([value=one]) [name]")} == {
            *(
                "guest",
                "way",
                "user_login",
                "user_password",
                "user_password_confirm",
                "first_name",
                "last_name",
            ),
            *(
                "email_address",
                "prefix",
                "phone",
                "organizational_unit_name",
                "postal_address",
                "postal_code",
            ),
            *("postal_locality_name", "postal_country_name", "postal_postoffice_box"),
            *("postal_state_or_province_name", "personal_field_1", "policy_accept", "connect_policy_accept"),
        }
        guest.sees("Fidelity card", "perso_data_policy")
        guest.fills(personal_field_1="77").ticks("policy_accept", "connect_policy_accept").presses(way="one")
        guest.status(200).is_at("online").sees("You are online", "ymrbm8c", "37nr2BdU")
        assert controller.last("authenticate")["login"] == "ymrbm8c"
        assert controller.last("authenticate")["password"] == "37nr2BdU"
        guest.sees("ba", "profile_1", "Full_Access, Mail, Remote_Access, SSH, Web_Proxy", "Default-in")
        guest.sees("without limit", "Time left 1:25:46", "2:00:00", "0:34:14", "at any time")
        guest.sees("http://www.cambridgeenglish.org/", "Keep this page open")
        assert guest.page.select_one("a.button[target=_blank]")  # leaving would end the connection
        guest.sees("John", "Smith", "jsmith@gmail.com", "Montrouge")
        guest.does_not_see("192.168.100.1", "native-in")  # feedback does not allow them


def test_a_login_that_is_taken_is_said_at_its_input(tmp_path: Path) -> None:
    says = {"init": vector("init"), "subscribe": vector("subscribe_already_used_login")}
    with portal_before(tmp_path, says) as (_controller, guest):
        guest.opens("campus/").fills(user_login="jsmith", personal_field_1="77", last_name="Smith")
        guest.ticks("policy_accept", "connect_policy_accept").presses(way="one").status(422)
        guest.has_error_on("user_login", "taken")
        assert guest.field("user_login") == "jsmith"
        assert guest.field("last_name") == "Smith"


def test_disconnect_of_the_manual(tmp_path: Path) -> None:
    says = {"init": [CONNECTED], "disconnect": vector("disconnect_success")}
    with portal_before(tmp_path, says) as (controller, guest):
        guest.opens("campus/").sees("You are online").presses(button="Disconnect")
        guest.sees("You are disconnected")
        assert controller.last("disconnect")["login"] == "ba"


def test_refresh_of_the_manual(tmp_path: Path) -> None:
    failed, good = vector("refresh_failed"), vector("refresh_success")
    with portal_before(tmp_path, {"init": CONNECTED, "refresh": [good, failed]}) as (controller, guest):
        guest.opens("campus/").follows("Stop reloading").does_not_see("Stop reloading")
        guest.opens("campus/online").waits_for_refresh()
        assert controller.last("refresh")["login"] == "ba"
        assert controller.last("refresh")["time"].isdigit()


def test_out_of_band_the_browser_is_sent_to_the_host_that_the_manual_names(tmp_path: Path) -> None:
    says = {"init": vector("out_of_band_init"), "authenticate": vector("out_of_band_authenticate")}
    keys = {"architecture": "out-of-band", "zone": "test", "nas_hosts": ["185.0.0.1"]}
    with portal_before(tmp_path, says, **keys) as (controller, guest):
        guest.opens(
            "campus/?res=notyet&uamip=185.0.0.1&uamport=10000&challenge=491547e80adf07498546d902541bdb73"
            "&userurl=http%3a%2f%2fwww.google.com%2f&mac=00-22-fb-d5-15-ee&ssid=test_badis_doc_api&vlan=0"
        )
        assert controller.asked[0]["path"] == "/zone/test/"
        assert guest.page.select_one("form:has([value=one]) [name=user_login][required]")
        guest.fills(login="jsmith", password="1234").presses(way="login")
        guest.leaves_for(
            "http://185.0.0.1:10000/login?username=jsmith&response=2a91a1f9af386d2ebf8d42b755a53de1"
        )
