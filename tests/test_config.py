"""The operator's settings: all faults at once, each with what would be right."""

from pathlib import Path

import pytest

from portal.config import BadConfig, Config, from_environment

KEY = "k" * 32


def test_it_reads_the_environment(tmp_path):
    config = from_environment(
        {
            "PORTAL_VENUES": str(tmp_path),
            "PORTAL_SECRET_KEY": f"{KEY} {'n' * 40}",
            "PORTAL_TRUSTED_HOSTS": "wifi.hotel.example, portal.example",
            "PORTAL_PROXIES": "1",
            "PORTAL_STORE": "redis://127.0.0.1:6379/0",
            "PORTAL_STATE_LIFE": "1200",
            "PORTAL_STATE": "/var/lib/foyer",
            "HOME": "/root",
        }
    )
    assert config.venues == tmp_path
    assert config.secret_keys == (KEY, "n" * 40)
    assert config.trusted_hosts == ("wifi.hotel.example", "portal.example")
    assert (config.proxies, config.state_life, config.demo) == (1, 1200, False)
    assert config.store == "redis://127.0.0.1:6379/0"
    assert config.state_folder == Path("/var/lib/foyer")


def test_what_is_not_set_is_the_careful_choice(tmp_path):
    config = from_environment({"PORTAL_VENUES": str(tmp_path), "PORTAL_SECRET_KEY": KEY})
    assert config == Config(tmp_path, (KEY,), (), 0, "", 7200, None, False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", f"{KEY} short"),
        ("SECRET_KEY", ""),
        ("STATE_LIFE", "10801"),
        ("STATE_LIFE", "1199"),
        ("PROXIES", "10"),
        ("PROXIES", "-1"),
        ("STORE", "memory"),
    ],
)
def test_one_fault_refuses_the_start(tmp_path, name, value):
    good = {"PORTAL_VENUES": str(tmp_path), "PORTAL_SECRET_KEY": KEY}
    with pytest.raises(BadConfig, match=f"PORTAL_{name}: "):
        from_environment(good | {f"PORTAL_{name}": value})


def test_a_file_may_hold_a_value(tmp_path):
    (tmp_path / "key").write_text(KEY + "\n")
    environ = {"PORTAL_VENUES": str(tmp_path), "PORTAL_SECRET_KEY_FILE": str(tmp_path / "key")}
    assert from_environment(environ).secret_keys == (KEY,)


def test_it_reports_every_fault_at_once():
    with pytest.raises(BadConfig) as caught:
        from_environment(
            {
                "PORTAL_VENUES": "/nowhere/at/all",
                "PORTAL_SECRET_KEY": "short",
                "PORTAL_PROXIES": "many",
                "PORTAL_STORE": "postgres://x",
                "PORTAL_STATE_LIFE": "60",
                "PORTAL_SECRETKEY": "typo",
            }
        )
    said = str(caught.value)
    for part in (
        "PORTAL_VENUES: '/nowhere/at/all' is not a folder",
        "PORTAL_SECRET_KEY: each key needs 32 characters",
        "PORTAL_PROXIES: 'many' is not a whole number from 0 to 9",
        "PORTAL_STORE: 'postgres://x' is not a store",
        "PORTAL_STATE_LIFE: '60' is not a whole number from 1200 to 10800",
        "PORTAL_SECRETKEY: no such setting",
    ):
        assert part in said
    assert len(caught.value.faults) == 6


def test_there_is_no_default_secret(tmp_path):
    with pytest.raises(BadConfig, match="PORTAL_SECRET_KEY: is required"):
        from_environment({"PORTAL_VENUES": str(tmp_path)})


def test_a_secret_never_stands_in_the_message(tmp_path):
    with pytest.raises(BadConfig) as caught:
        from_environment({"PORTAL_VENUES": str(tmp_path), "PORTAL_SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("VENUES", "", "is required"),
        ("STATE", "/etc/passwd", "is not a folder"),
        ("TRUSTED_HOSTS", "https://portal.example", "is not a host name"),
        ("STORE", "redis://host:port/0", "cannot be used"),
        ("STORE", "memory://", "nothing for a file in PORTAL_STATE"),
        ("STORE", "unix:///x", "is not a store"),
        (
            "RATELIMIT_STORAGE_URI",
            "redis://h/0",
            "is called PORTAL_STORE now; write for example PORTAL_STORE=redis",
        ),
    ],
)
def test_a_setting_that_would_only_fail_later_fails_at_the_start(tmp_path, name, value, said):
    environ = {"PORTAL_VENUES": str(tmp_path), "PORTAL_SECRET_KEY": KEY, f"PORTAL_{name}": value}
    with pytest.raises(BadConfig, match=f"PORTAL_{name}: .*{said}"):
        from_environment(environ)


def test_a_neighbour_called_portal_in_kubernetes_does_no_harm(tmp_path):
    environ = {
        "PORTAL_VENUES": str(tmp_path),
        "PORTAL_SECRET_KEY": KEY,
        "PORTAL_SERVICE_HOST": "10.0.0.1",
        "PORTAL_PORT": "tcp://x",
    }
    assert from_environment(environ).venues == tmp_path


def test_a_relative_folder_is_made_absolute(tmp_path, monkeypatch):
    (tmp_path / "venues").mkdir()
    monkeypatch.chdir(tmp_path)
    assert from_environment({"PORTAL_VENUES": "venues", "PORTAL_SECRET_KEY": KEY}).venues.is_absolute()
