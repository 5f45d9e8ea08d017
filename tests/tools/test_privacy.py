"""The watch over our log finds what it is there for, and lets pass what names nobody."""

from __future__ import annotations

import logging

import pytest

from portal import log_lines
from tests.privacy import Watch

log = logging.getLogger("portal.test.privacy")


@pytest.fixture
def watch():
    """A watch of its own over a logger that nobody else looks at."""
    watch = Watch()
    log.addHandler(watch)
    log.propagate = False
    yield watch
    log.removeHandler(watch)
    log.propagate = True


@pytest.mark.parametrize(
    "said",
    [
        "refused 02-00-00-00-00-AA",
        "mail to gast@hotel.example",
        "asked http://portal.example/hotel/?lapi=abc",
        "pms refused room=214",
        "state " + "aB3" * 40,
        "hello Müller",
        "the ticket tulip-garden was refused",
        "device 0200000000aa",
    ],
)
def test_it_finds_a_guest(watch, said):
    watch.hears("http://box.example/device/0200000000aa/browse", "password=tulip-garden&way=cred")
    log.info("%s", said)
    assert len(watch.told()) == 1
    assert watch.told() == []


@pytest.mark.parametrize(
    "said", ["callback venue=hotel session=a1b2c3 rc=3", "Listening at: http://127.0.0.1:8000", "way=voucher"]
)
def test_it_lets_pass_what_names_nobody(watch, said):
    watch.hears("http://portal.example/cafe/sign-in?lang=de", "way=voucher&terms=1")
    log.info("%s", said)
    assert watch.told() == []


def test_what_an_error_says_stands_in_no_line(watch):
    watch.hears("http://portal.example/hotel/sign-in", "username=tulip-garden")
    log_lines.init_app()
    typed = "-".join(("tulip", "garden"))  # a traceback quotes our source
    try:
        raise ValueError(typed)
    except ValueError:
        log.exception("fault")
        assert watch.told() == []
