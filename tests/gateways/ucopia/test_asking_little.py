"""A form asks little and accepts much: what is needed stands open, the rest is folded, and phones may write as they do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.gateways.ucopia.characters import forbidden, phone_number
from portal.simulators.ucopia import ControllerSettings, Mode
from portal.simulators.ucopia.rules import MANUAL_RULES
from portal.text import characters
from tests.gateways.ucopia.world import World

ADDRESS = {"postal_address": "2 rue du Bac", "postal_code": "75007", "postal_locality_name": "Paris"}


def only(campus: Callable[..., World], mode: Mode, **keys: object) -> World:
    """A venue with one form and nothing else."""
    return campus(ControllerSettings(one=mode, standard_login=False), **keys)


def test_of_the_manual_s_sixteen_inputs_the_one_that_is_needed_stands_open(
    campus: Callable[..., World],
) -> None:
    there = only(campus, Mode(True).show(*MANUAL_RULES).show("personalField_1", mandatory=True))
    page = there.arrives().page
    seen = "input[name]:not([type=hidden]), select"
    every = {str(one["name"]) for one in page.select(f"main form :is({seen})")}
    folded = {str(one["name"]) for one in page.select(f"main details.more :is({seen})")}
    assert every - folded == {"personal_field_1"}
    assert len(folded) >= 15
    assert not page.select("details.more[open]")


def test_two_that_may_stay_empty_are_not_folded(campus: Callable[..., World]) -> None:
    guest = only(campus, Mode(True).show("firstName", "lastName")).arrives()
    guest.sees("First name (optional)", "Last name (optional)")
    assert not guest.page.select("details.more")


def test_a_mistake_in_the_fold_opens_it_and_nothing_is_lost(campus: Callable[..., World]) -> None:
    there = only(campus, Mode(True).show(*MANUAL_RULES).show("lastName", mandatory=True))
    guest = there.arrives().fills(last_name="Müller", email_address="no", first_name="Zoë").presses(way="one")
    guest.status(422).has_error_on("email_address")
    assert guest.page.select("details.more[open] [name=email_address]")
    assert (guest.field("last_name"), guest.field("first_name")) == ("Müller", "Zoë")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("O\u2019Brien", "O'Brien"),
        ("Jean\u2013Luc", "Jean-Luc"),
        ("Zoe\u0308", "Zoë"),
        ("Anna\u00a0Maria\u200b ", "Anna Maria"),
        ("\uff21\uff4e\uff4e\uff41", "Anna"),
    ],
)
def test_what_phones_put_in_place_of_plain_letters_is_understood(
    campus: Callable[..., World], typed: str, sent: str
) -> None:
    there = only(campus, Mode(True).show("lastName", mandatory=True))
    there.arrives().fills(last_name=typed).presses(way="one").sees("You are online")
    assert there.sent("subscribe")["last_name"] == sent


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        (("33", "06 12 34 56 78"), ("33", "0612345678")),
        (("+33", "06.12.34.56.78"), ("33", "0612345678")),
        (("France", "06-12-34-56-78"), ("33", "0612345678")),
        (("", "+33 (0)6 12 34 56 78"), ("33", "612345678")),
        (("", "0033 612345678"), ("33", "612345678")),
        (("49", "+33 6 12 34 56 78"), ("33", "612345678")),
        (("33", "\u0660\u0666\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668"), ("33", "0612345678")),
    ],
)
def test_a_phone_number_may_be_written_as_people_do(
    campus: Callable[..., World], typed: tuple[str, str], sent: tuple[str, str]
) -> None:
    there = only(campus, Mode(True).show("phone", mandatory=True))
    there.arrives().fills(prefix=typed[0], phone=typed[1]).presses(way="one").sees("You are online")
    form = there.sent("subscribe")
    assert (form["prefix"], form["phone"]) == sent


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Smith, John", ", (comma)"),
        ("Łukasz", "Ł"),
        ("王伟", "王伟"),
        ("a;b", "; (semicolon)"),
        ("x<y>", "<>"),
    ],
)
def test_the_offending_character_is_named(campus: Callable[..., World], typed: str, words: str) -> None:
    there = only(campus, Mode(True).show("lastName", mandatory=True))
    guest = there.arrives().fills(last_name=typed).presses(way="one").status(422)
    guest.has_error_on("last_name", words).has_error_on("last_name", "Latin letters (A to Z)")
    assert guest.field("last_name") == typed
    assert "subscribe" not in there.actions()


@pytest.mark.parametrize(
    ("language", "country", "sent"),
    [
        ("en", "France", "France"),
        ("de", "Frankreich", "France"),
        ("ja", "フランス", "France"),
        ("en", "fr", "France"),
        ("en", "Chez nous", "Chez nous"),
    ],
)
def test_a_country_is_sent_only_with_an_address_and_in_english(
    campus: Callable[..., World], language: str, country: str, sent: str
) -> None:
    there = only(campus, Mode(True).show("postalAddress"), country="DE")
    there.arrives(language=language).fills(postal_country_name=country, **ADDRESS).presses(way="one")
    assert there.sent("subscribe")["postal_country_name"] == sent
    there.arrives(language=language).fills(postal_country_name=country).presses(way="one")
    assert there.sent("subscribe")["postal_country_name"] == ""


def test_a_controller_that_wants_codes_gets_them(campus: Callable[..., World]) -> None:
    there = only(campus, Mode(True).show("postalAddress"), country_value="code")
    there.arrives(language="fr").fills(postal_country_name="Allemagne", **ADDRESS).presses(way="one")
    assert there.sent("subscribe")["postal_country_name"] == "DE"
    guest = there.arrives().fills(postal_country_name="Atlantis", **ADDRESS).presses(way="one").status(422)
    guest.has_error_on("postal_country_name", "Choose a country")


def test_the_country_of_the_venue_is_proposed_in_the_language_of_the_guest(
    campus: Callable[..., World],
) -> None:
    there = only(campus, Mode(True).show("postalAddress", "phone"), country="FR")
    guest = there.arrives(language="de")
    assert (guest.field("postal_country_name"), guest.field("prefix")) == ("Frankreich", "+33")


def test_forms_of_typing_are_pure_functions() -> None:
    assert characters("  O\u2019Brien\u200b ") == "O'Brien"
    assert characters("12 \u2013 14") == "12 - 14"
    assert phone_number("+33 (0)6 12") == "+33612"
    assert forbidden("王伟, Ł") == "王伟,Ł"
