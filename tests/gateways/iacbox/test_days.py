"""Days as guests write them: in the order of their language, never guessed."""

from datetime import date

import pytest

from portal import text as normal
from portal.gateways.iacbox.spellings import wire_day
from portal.journey.forms import day_order, read_day

DAY = date(1985, 11, 3)
MAY = date(1980, 5, 31)


@pytest.mark.parametrize(
    ("text", "locale", "day"),
    [
        ("1985-11-03", "en", DAY), ("1985/11/3", "de", DAY), ("1985. 11. 3.", "ko", DAY), ("1985年11月3日", "ja", DAY),
        ("3.11.1985", "de", DAY), ("03/11/1985", "fr", DAY), ("3-11-1985", "nl", DAY), ("03.11.1985", "ru", DAY),
        ("٣/١١/١٩٨٥", "ar", DAY), ("3 11 1985", "id", DAY), ("31/5/2523", "th", MAY), ("31/5/1980", "th", MAY),
        ("31/05/1980", "en", MAY), ("05/31/1980", "en", MAY), ("4/4/1990", "en", date(1990, 4, 4)),
    ],
)  # fmt: skip
def test_read(text, locale, day):
    assert read_day(text, locale) == day


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("3/11/1985", "en"), ("11/3/1985", "en"), ("3.11.85", "de"), ("11/31/1985", "fr"), ("31.02.1985", "de"),
        ("3.11", "de"), ("", "de"), ("3.11.1985.", "ja"), ("0085-11-03", "en"), ("2985-11-03", "en"), ("2523-05-31", "de"),
        ("3.11.1985 or so, I think so", "de"), ("1.2.3.4", "de"), ("yesterday", "en"), ("1985-13-01", "de"),
    ],
)  # fmt: skip
def test_refused(text, locale):
    with pytest.raises(ValueError):  # noqa: PT011  the message holds what the guest typed
        read_day(text, locale)


@pytest.mark.parametrize(
    ("locale", "order"),
    [
        ("de", "dMy"),
        ("en", ""),
        ("ar", "dMy"),
        ("ja", "yMd"),
        ("zh_Hans_CN", "yMd"),
        ("th", "dMy"),
        ("pt", "dMy"),
    ],
)
def test_orders(locale, order):
    assert day_order(locale) == order


@pytest.mark.parametrize(
    ("text", "sent"), [("1985-11-03", "03.11.1985"), ("3.11.1985", "3.11.1985"), ("", "")]
)
def test_what_travels(text, sent):
    assert wire_day(text) == sent


@pytest.mark.parametrize(
    ("text", "digits"), [("٢١٤", "214"), ("２１４", "214"), ("A-7", "A-7"), ("۲۱۴", "214")]
)
def test_digits_of_any_script(text, digits):
    assert normal.digits(text) == digits
