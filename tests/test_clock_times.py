"""Times as hotels write them, in every language."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from portal.clock_times import day_and_hour, hour
from portal.languages import BY_CODE, LANGUAGES

AT = datetime(2026, 3, 9, 14, 20, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", "14:20"),
        ("de", "14:20"),
        ("ko", "오후 2:20"),
        ("zh_TW", "下午2:20"),
        ("ar", "2:20 م"),
        ("pt", "14:20"),
    ],
)
def test_an_hour(code, words):
    assert hour(AT, BY_CODE[code].locale).replace("\u202f", " ").replace("\u00a0", " ") == words
    assert hour(time(14, 20), BY_CODE[code].locale) == hour(AT, BY_CODE[code].locale)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", "9 Mar 2026, 14:20"),
        ("pt", "09/03/2026, 14:20"),
        ("de", "09.03.2026, 14:20"),
        ("ko", "2026. 3. 9., 오후 2:20"),
    ],
)
def test_a_day_with_its_hour(code, words):
    assert day_and_hour(AT, BY_CODE[code].locale) == words


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_nobody_reads_seconds(language):
    assert "31" not in day_and_hour(AT, language.locale)
