"""The operator's settings: all faults at once, each with what would be right."""

import pytest

from portal.config import BadConfig, from_environment

KEY = "k" * 32


def test_it_reads_the_environment(tmp_path):
    config = from_environment(
        {
            "PORTAL_VENUES": str(tmp_path),
            "PORTAL_SECRET_KEY": f"{KEY} {'n' * 40}",
            "PORTAL_TRUSTED_HOSTS": "wifi.hotel.example, portal.example",
            "PORTAL_PROXIES": "1",
            "PORTAL_RATELIMIT_STORAGE_URI": "redis://127.0.0.1:6379/0",
            "PORTAL_STATE_LIFE": "1200",
            "HOME": "/root",
        }
    )
    assert config.venues == tmp_path
    assert config.secret_keys == (KEY, "n" * 40)
    assert config.trusted_hosts == ("wifi.hotel.example", "portal.example")
    assert (config.proxies, config.state_life, config.demo) == (1, 1200, False)


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
                "PORTAL_RATELIMIT_STORAGE_URI": "postgres://x",
                "PORTAL_STATE_LIFE": "60",
                "PORTAL_SECRETKEY": "typo",
            }
        )
    said = str(caught.value)
    for part in (
        "PORTAL_VENUES: '/nowhere/at/all' is not a folder",
        "PORTAL_SECRET_KEY: each key needs 32 characters",
        "PORTAL_PROXIES: 'many' is not a whole number from 0 to 9",
        "PORTAL_RATELIMIT_STORAGE_URI: 'postgres://x' is not a store",
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
