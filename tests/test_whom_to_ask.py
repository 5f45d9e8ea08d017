"""Whom a guest can ask: what the venue file says, as whole sentences in the guest's language."""

from __future__ import annotations

import pytest
import requests

from tests.house import running_portal

VENUE = """
name = "Bar Blau"
system = "iacbox"
{help}
[iacbox]
url = "https://box.example/"
secret = "correct horse battery"
sign_in = ["free"]
"""


def start_page(folder, help_line: str, language: str) -> str:
    """The page of a guest who typed the address, in a language."""
    with running_portal(folder, {"bar": VENUE.format(help=help_line)}) as portal:
        answer = requests.get(f"{portal.url}bar/", headers={"Accept-Language": language}, timeout=5)
    return answer.text


@pytest.mark.parametrize(
    ("who", "language", "words"),
    [
        ("reception", "en", "Need help? Ask at reception. Phone: 9"),
        ("staff", "de", "Brauchen Sie Hilfe? Fragen Sie das Personal. Telefon: 9"),
        ("desk", "ja", "お困りの際は、サービスカウンターにお尋ねください。電話：9"),
        ("host", "es", "¿Necesita ayuda? Pregunte a su anfitrión. Teléfono: 9"),
    ],
)
def test_the_line_of_help_names_them(tmp_path, who, language, words):
    assert words in start_page(tmp_path, f'help = {{ who = "{who}", phone = "9" }}', language)


@pytest.mark.parametrize(
    ("language", "words"), [("de", "Bar, Klingel 3"), ("en", "Need help? Ask the staff. Phone: 9")]
)
def test_the_venues_own_words_win_in_their_language(tmp_path, language, words):
    own = 'help = { who = "staff", phone = "9", text = { de = "Bar, Klingel 3" } }'
    assert words in start_page(tmp_path, own, language)


def test_a_word_that_is_none_of_the_four_is_a_fault_of_the_file(tmp_path):
    from portal.gateways import Gateways
    from portal.venues.loading import Faulty, read_venue
    from tests.house import write_venues

    folder = write_venues(tmp_path, {"bar": VENUE.format(help='help = { who = "boss" }')})
    with pytest.raises(Faulty, match=r"help.who: .*it is one of: reception, staff, desk, host"):
        read_venue(folder / "bar", Gateways(("iacbox",)))
