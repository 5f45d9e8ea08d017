"""What people type is one text, however they typed it: a table of ways to write names, rooms, PINs and codes."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import text

SPELLINGS: dict[str, list[str]] = {
    "O'Neill": [
        "O'Neill", "o'neill", "O’Neill", "O‘Neill", "O´Neill",
        "O`Neill", "OʼNeill", "O′Neill", "O＇Neill", " O'Neill ",
    ],
    "Müller": [
        "Müller", "MÜLLER", "müller", "Mu\u0308ller", "Müller\u200b",
        "\u200eMüller\u200e", "Mül\u00adler", "\ufeffMüller", "Ｍüller",
        "\u2068Müller\u2069",
    ],
    "Núñez": ["Núñez", "Nu\u0301n\u0303ez", "NÚÑEZ"],
    "Żółć": ["Żółć", unicodedata.normalize("NFD", "Żółć")],
    "Meyer-Schmidt": [
        "Meyer-Schmidt", "Meyer–Schmidt", "Meyer—Schmidt", "Meyer‑Schmidt",
        "Meyer‐Schmidt", "Meyer−Schmidt", "Meyer - Schmidt", "Meyer – Schmidt",
        "Meyer -Schmidt",
    ],
    "van der Berg": [
        "van der Berg", "van  der Berg", "van\u00a0der\u00a0Berg", "Van der Berg ",
        "van\u2009der\u202fBerg", "van\tder Berg", "van\u3000der\u3000Berg",
    ],
    "田中": ["田中", "田中\u200f", "田中\ufe00"],
}  # fmt: skip
EVERY_WAY = [(right, typed) for right, ways in SPELLINGS.items() for typed in ways]
LATIN_AT_THE_HOTEL = {
    "Jürgen": "Juergen", "JÜRGEN": "JUERGEN", "Ju\u0308rgen": "Jurgen", "José": "Jose", "Łukasz": "Lukasz",
    "Groß": "Gross", "Søren": "Soeren", "SØREN": "SOREN", "Ægir": "Aegir", "Žilvinas": "Zilvinas", "Çelik": "Celik",
    "O'Neill": "ONeill", "O’Neill": "ONeill", "Meyer-Schmidt": "MeyerSchmidt", "Müller-Meyer": "Mueller-Meyer",
    "İpek": "Ipek", "Đorđević": "Dordevic",
}  # fmt: skip


def hotel_reads(name: str) -> str:
    """A PMS that ignores only case."""
    return name.casefold()


def test_there_are_forty_four_ways_of_typing_seven_names():
    assert len(EVERY_WAY) == len(set(EVERY_WAY)) == 44


@pytest.mark.parametrize(("right", "typed"), EVERY_WAY)
def test_what_looks_the_same_is_the_same(right, typed):
    assert hotel_reads(text.plain(typed)) == hotel_reads(right)


@pytest.mark.parametrize(("typed", "held"), LATIN_AT_THE_HOTEL.items())
def test_a_hotel_that_has_no_such_letters_may_have_written_it_otherwise(typed, held):
    assert held in text.other_spellings(typed)


@pytest.mark.parametrize("name", [*SPELLINGS, *LATIN_AT_THE_HOTEL, "", "-", "'", "王", "الحسن", "Berger"])
def test_there_are_never_more_than_two_other_spellings_and_none_is_the_name(name):
    found = text.other_spellings(name)
    assert len(found) == len(set(found)) <= 2
    assert text.plain(name) not in found
    assert all(found)


@pytest.mark.parametrize("name", ["Berger", "王", "الحسن", "さくら", "ﾀﾅｶ", "김", "ก้อง", "Юрий", "Ιωάννης"])
def test_a_name_without_latin_accents_has_no_other_spelling(name):
    assert text.other_spellings(name) == ()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ラーメン", "ラーメン"),  # a long vowel is no dash
        ("علی\u200cرضا", "علی\u200cرضا"),  # without the mark it would look otherwise
        ("क्\u200dष", "क्\u200dष"),
        ("Berger\u200d", "Berger"),
        ("ﾀﾞﾅｶ", "ダナカ"),
        ("ＢＥＲＧＥＲ", "BERGER"),
        ("a\r\nb", "a b"),
        ("a\x00b", "ab"),
        ("\u3164", ""),
        ("葛\U000e0100城", "葛城"),
    ],
)
def test_letters_stay_what_they_are(typed, kept):
    assert text.plain(typed) == kept


@pytest.mark.parametrize("zero", [c for c in range(sys.maxunicode) if unicodedata.decimal(chr(c), None) == 0])
def test_digits_of_every_script_are_digits(zero):
    typed = "".join(chr(zero + digit) for digit in (2, 1, 4))
    assert text.digits(typed) == text.plain(typed) == text.room_key(typed) == "214"


@pytest.mark.parametrize("category", ["Pd", "Zs"])
def test_every_dash_and_every_blank_that_there_is_counts(category):
    for number in range(0x10000):
        if unicodedata.category(chr(number)) == category:
            assert text.plain(f"a{chr(number)}b") == ("a-b" if category == "Pd" else "a b"), hex(number)


@pytest.mark.parametrize(
    ("typed", "sent", "kept"),
    [
        ("alpen 2024", "alpen2024", "alpen2024"),
        (" ALPEN – 2024 ", "ALPEN2024", "ALPEN-2024"),
        ("ＡＬＰＥＮ－２０２４", "ALPEN2024", "ALPEN-2024"),
        ("AL\u200bPEN\u00a020\u202f24", "ALPEN2024", "ALPEN2024"),
        ("١٢٣-٤٥٦", "123456", "123-456"),
        ("a_b.c", "a_b.c", "a_b.c"),
        ("-", "", "-"),
    ],
)
def test_a_code_goes_out_as_it_was_meant(typed, sent, kept):
    assert text.code(typed) == sent
    assert text.code(typed, keep_dashes=True) == kept


@pytest.mark.parametrize(
    "typed", ["alpen-2024", "ALPEN 2024", "Alpen_2024", "alpen.2024", "ＡＬＰＥＮ－２０２４", "alpen‑٢٠٢٤"]
)
def test_attempts_are_counted_by_one_key(typed):
    assert text.as_key(typed) == "alpen2024"


def test_a_key_is_short():
    assert len(text.as_key("ß" * 500)) == 64
    assert text.as_key(" \u200b–") == ""


@pytest.mark.parametrize("typed", ["214", "0214", " 214", "２１４", "٢١٤", "2-14", "00214"])
def test_a_room_is_one_room(typed):
    assert text.room_key(typed) == "214"


def test_room_zero_is_a_room():
    assert text.room_key("000") == "0"
    assert text.room_key("") == ""


@given(st.text())
def test_normalising_twice_changes_nothing(typed):
    once = text.plain(typed)
    assert text.plain(once) == once
    assert once == once.strip()
    assert "  " not in once


@given(st.text())
def test_a_code_has_no_blank_and_no_dash(typed):
    assert not set(text.code(typed)) & set(" -\u00a0–\u200b")
