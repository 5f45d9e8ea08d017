"""Prices and speeds as guests would say them; what is not understood stays as it came."""

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from portal.gateways.iacbox.ticket_words import money, speed


@pytest.fixture(autouse=True)
def app():
    made = Flask("test")
    Babel(made)
    with made.test_request_context():
        yield


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "9.00 EUR", "€9"),
        ("de", "9.00 EUR", "9 €"),
        ("de", "9,50 EUR", "9,50 €"),
        ("ja", "1200 JPY", "￥1,200"),
        ("en", "nine euros", "nine euros"),
        ("en", "", ""),
        ("en", "9.00 EUR or more", "9.00 EUR or more"),
    ],
)
def test_money(language, text, said):
    with force_locale(language):
        assert money(text).replace("\xa0", " ") == said


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "Max. download bandwidth: 51200 kBit/s", "50 Mbit/s"),
        ("de", "Max. Download-Bandbreite: 2500 kBit/s", "2,5 Mbit/s"),
        ("en", "Max. download bandwidth: 512 kBit/s", "Max. download bandwidth: 512 kBit/s"),
        ("en", "fast", "fast"),
    ],
)
def test_speed(language, text, said):
    with force_locale(language):
        assert speed(text) == said
