"""A fair choice of all samples × skins × schemes × languages, looked at in Chromium; ``make sweep`` looks at all.

Every sample is looked at once, in turn in the dress of each venue that has it; schemes and directions take turns.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from tests.sample_walk import NARROWEST, Look, accessible, fits, gallery

TURNS = (("light", "en"), ("dark", "ar"), ("dark", "de"), ("light", "ar"), ("light", "ja"), ("dark", "en"))
SHARE = 2
"""Every so many of the samples is looked at; which ones depends on nothing but their order."""


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    with gallery(tmp_path_factory.mktemp("venues")) as found:
        yield found


def choice(found) -> list[Look]:
    """One look per sample name, at the venue that was shown least; schemes and languages in turn."""
    by_name = defaultdict(list)
    for slug, samples in found.samples.items():
        for name in samples:
            by_name[name].append(slug)
    looks, seen = [], Counter()
    for number, (name, slugs) in enumerate(sorted(by_name.items())):
        slug = min(slugs, key=lambda one: (seen[number % SHARE, one], one))
        seen[number % SHARE, slug] += 1
        venue = found.venues[slug]
        scheme, language = TURNS[(number // SHARE) % len(TURNS)]
        offered = [row.code for row in venue.languages]
        language = language if language in offered else offered[0]
        looks.append(Look(venue.slug, venue.file.theme, name, language, scheme))
    return looks


def test_the_choice_is_fair(shown):
    looks = choice(shown[0])
    assert {look.skin for look in looks[::SHARE]} == {one.file.theme for one in shown[0].venues.values()}
    assert {look.scheme for look in looks[::SHARE]} == {"light", "dark"}
    assert {"ar", "en"} < {look.language for look in looks[::SHARE]}


def test_samples_are_accessible(shown, chromium):
    found, url = shown
    guest = chromium()
    looks = choice(found)[::SHARE]
    assert len(looks) > 10
    assert [line for look in looks for line in accessible(guest, url, look)] == []


def test_samples_fit_the_narrowest_phone(shown, chromium):
    found, url = shown
    guest = chromium(width=NARROWEST)
    looks = choice(found)[1::SHARE]
    assert len(looks) > 10
    assert [line for look in looks for line in fits(guest, url, look)] == []
