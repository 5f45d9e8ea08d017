"""Sixteen rows, and how one of them is chosen."""

import pytest

from portal.languages import BY_CODE, DEFAULT, LANGUAGES, choose, find, preferred


def test_there_are_the_sixteen_of_ucopia():
    assert sorted(BY_CODE) == sorted(
        ["ar", "de", "en", "es", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "zh_CN", "zh_TW"]
    )
    assert [row.code for row in LANGUAGES if row.direction == "rtl"] == ["ar"]
    assert {row.short for row in LANGUAGES} == {
        "ar",
        "de",
        "en",
        "es",
        "fr",
        "id",
        "it",
        "ja",
        "ko",
        "nl",
        "pl",
        "pt",
        "ru",
        "th",
        "zh",
    }


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE_at", "de"),
        ("pt-BR", "pt"),
        ("in", "id"),
        ("in-ID", "id"),
        ("zh", "zh_CN"),
        ("zh-CN", "zh_CN"),
        ("zh-Hans-SG", "zh_CN"),
        ("zh-TW", "zh_TW"),
        ("zh_TW", "zh_TW"),
        ("zh-Hant-HK", "zh_TW"),
        ("zh-HK", "zh_TW"),
        ("zh-Hant", "zh_TW"),
        ("yue-HK", "zh_TW"),
        ("ar-EG", "ar"),
        ("en-US-x-private", "en"),
        ("sw", None),
        ("", None),
        (None, None),
        ("*", None),
        ("-", None),
    ],
)
def test_a_tag_finds_its_row(tag, code):
    assert (find(tag).code if find(tag) else None) == code


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", ["de", "de", "en"]),
        ("en;q=0.2, fr;q=0.9", ["fr", "en"]),
        ("zh-TW,zh;q=0.9", ["zh_TW", "zh_CN"]),
        ("sw,*;q=0.5", []),
        ("fr;q=0", []),
        ("fr;q=abc", []),
        ("fr;q=", ["fr"]),
        (",,;;==", []),
        ("", []),
        (None, []),
        ("x" * 100_000, []),
    ],
)
def test_a_browser_says_what_it_prefers(header, codes):
    assert [row.code for row in preferred(header)] == codes


def test_the_first_wish_that_is_offered_wins():
    offered = [BY_CODE["de"], BY_CODE["it"], BY_CODE["en"]]
    assert choose(offered, [None, BY_CODE["fr"], BY_CODE["it"]], DEFAULT).code == "it"
    assert choose(offered, [], BY_CODE["de"]).code == "de"
    assert choose(offered, [], BY_CODE["ja"]).code == "en"
    assert choose(offered[:2], [], BY_CODE["ja"]).code == "de"


def test_of_an_endless_header_only_the_beginning_is_read():
    assert len(preferred("de," * 10_000)) < 200
