"""Preferences as strangers write them: bounded, typed, cleaned; and the look that is made of them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.errors import Garbled
from portal.gateways.icaro.hotspot import formatted, plain, read_hotspot
from portal.gateways.icaro.theming import readable, style_of, tokens
from portal.simulators.icaro import Voucher
from portal.simulators.icaro.settings import DEFAULT_PREFERENCES
from portal.simulators.icaro.switches import hostile_preferences
from portal.venues.colours import contrast
from portal.venues.themes import bundled
from portal.venues.themes import style_of as bundled_style
from tests.gateways.icaro.hotspot import running_cafe

CLASSIC = tokens(bundled_style("classic").text)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def hotspot(**preferences):
    return read_hotspot({"preferences": {**DEFAULT_PREFERENCES, **preferences}})


def test_the_ways_follow_the_switches():
    assert {"email", "sms", "facebook", "linkedin"} == hotspot().offers
    assert {"voucher", "survey", "reason"} <= hotspot(
        temp_code_login="true", marketing_1_enabled="true", marketing_0_reason_country="true"
    ).offers
    assert "email" not in hotspot(email_login="false").offers
    assert "voucher-first" in hotspot(voucher_login="true").offers
    assert {"facebook", "linkedin", "skip"} <= hotspot(
        facebook_login="true", linkedin_login="TRUE", email_login_skip_auth="true"
    ).offers


def test_a_hotspot_that_skips_consents_asks_nothing():
    asks = {"marketing_1_enabled": "true", "marketing_0_reason_country": "true", "check_marketing": "true"}
    said = {"preferences": {**DEFAULT_PREFERENCES, **asks}, "disclaimers": {"marketing_use": "We write."}}
    assert {"email", "sms", "facebook", "linkedin", "quiet"} == read_hotspot(said).offers


@pytest.mark.parametrize(
    ("duration", "seconds"), [("300", 300), (" 60 ", 60), ("", 300), ("soon", 300), ("-1", 300), ("٣", 300)]
)
def test_a_short_connection_lasts_as_the_hotspot_says(duration, seconds):
    assert hotspot(temp_session_duration=duration).short == seconds


@pytest.mark.parametrize(
    ("network", "language", "wanted"),
    [
        ("a1b2-3", "IT", ("a1b2-3", "it")),
        ("';alert(1)//", 'it"', ("", "")),
        ("", "", ("", "")),
    ],
)
def test_wifi4eu_is_read_as_if_a_stranger_had_written_it(network, language, wanted):
    assert hotspot(wifi4eu_enabled="false", wifi4eu_id=network).wifi4eu is None
    assert hotspot(wifi4eu_enabled="true", wifi4eu_id=network, wifi4eu_lang=language).wifi4eu == wanted


@pytest.mark.parametrize("answer", [{}, {"preferences": None}, {"preferences": []}, {"preferences": "x"}])
def test_without_preferences_it_is_no_answer(answer):
    with pytest.raises(Garbled):
        read_hotspot(answer)


@given(
    st.dictionaries(st.sampled_from([*DEFAULT_PREFERENCES, "other"]), JSON),
    JSON,
    JSON,
)
def test_whatever_stands_there_is_read(preferences, disclaimers, integrations):
    found = read_hotspot(
        {"preferences": preferences, "disclaimers": disclaimers, "integrations": integrations}
    )
    assert all(
        isinstance(text, str) for text in (found.title, found.home, found.about, found.terms, found.font)
    )
    style_of(bundled_style("classic"), found)


def test_a_hostile_hotspot_reaches_nobody():
    found = read_hotspot({"preferences": hostile_preferences(DEFAULT_PREFERENCES), "disclaimers": None})
    assert (found.home, found.colours.get("page"), found.font) == ("", None, "")
    assert "<" not in found.title
    assert "<" not in found.about
    style = style_of(bundled_style("classic"), found).text
    assert "script" not in style
    assert "red;" not in style


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<p>Open <b>daily</b></p>", "<p>Open <b>daily</b></p>"),
        ('<p style="color:red" onclick="x()">a</p>', "<p>a</p>"),
        ('<a href="https://evil.example/">here</a>', "here"),
        ("<script>alert(1)</script>", ""),
        ("<img src=x onerror=alert(1)>", ""),
        ("<p></p> &nbsp; ", ""),
        ("a < b & c", "a &lt; b &amp; c"),
        ("<svg><style>*{x:y}</style></svg>t", "t"),
    ],
)
def test_a_description_keeps_formatting_alone(html, left):
    assert formatted(html) == left


def test_a_description_without_end_is_cut_to_plain_text():
    cut = formatted("<p>" + "<b>x</b> & " * 3000)
    assert len(cut) < 8_000
    assert "<b>" not in cut


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\nTwo\nThree"),
        ("a\u202eb\x00c", "abc"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        (None, ""),
        (7, ""),
    ],
)
def test_plain_text(text, left):
    assert plain(text, 100) == left


# Colours


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000", "#fff", 21.0), ("#777777", "#ffffff", 4.48), ("#123456", "#123456", 1.0)],
)
def test_contrast(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


def test_readable_colours_are_taken():
    wanted = hotspot().colours
    assert readable(wanted, CLASSIC) == wanted


@pytest.mark.parametrize(
    ("wanted", "lost"),
    [
        ({"page": "#808080"}, {"page"}),
        ({"surface": "#000000"}, {"surface"}),
        ({"text": "#eeeeee"}, {"text"}),
        ({"title": "#fafafa"}, {"title"}),
        ({"page": "#ffffff", "text": "#fefefe"}, {"text"}),
    ],
)
def test_colours_that_hide_something_are_not(wanted, lost):
    assert set(wanted) - set(readable(wanted, CLASSIC)) == lost


@given(
    st.dictionaries(
        st.sampled_from(["page", "surface", "text", "title"]), st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)
    )
)
@example({"page": "#ffffff", "surface": "#ffffff", "text": "#000000"})
def test_every_pair_that_touches_stays_readable(wanted):
    for theme in bundled():
        own = tokens(bundled_style(theme).text)
        kept = readable(wanted, own)
        both = {**own, **kept}
        for ground in ("page", "surface"):
            changed = ground in kept
            for name in ("text", "quiet", "action", "error", "success"):
                if changed or name in kept:
                    assert contrast(both[ground], both[name]) >= 4.5


@pytest.mark.parametrize("theme", bundled())
def test_a_text_that_can_be_read_everywhere_is_taken(theme):
    """Black on light skins, white on those that are dark by day too."""
    own = tokens(bundled_style(theme).text)
    taken = [colour for colour in ("#000000", "#ffffff") if readable({"text": colour}, own)]
    assert len(taken) == 1


def test_colours_are_for_light_pages_alone():
    style = style_of(bundled_style("classic"), hotspot())
    assert "@media (prefers-color-scheme:light){:root{--colour-page:#f4f4f0;" in style.text
    assert style.source != bundled_style("classic").source


def test_what_everybody_gets_is_told_who_is_online(tmp_path):
    limits = {
        "CoovaChilli-Max-Navigation-Time": "7200",
        "CoovaChilli-Max-Total-Octets": str(500 * 1024 * 1024),
    }
    with running_cafe(tmp_path, limits, vouchers=(Voucher("Once12"),)) as cafe:
        guest = cafe.guest().fills(code="Once12").ticks("terms").presses("voucher").sees("You are online")
        guest.sees("Time per day", "2 hr", "Data limit", "500 MB").does_not_see("Time left")


@pytest.mark.parametrize("limit", ["0", "", "-1", "1e9", "٣", "9" * 20])
def test_what_is_no_limit_is_none(limit):
    said = {"preferences": {**DEFAULT_PREFERENCES, "CoovaChilli-Max-Navigation-Time": limit}}
    assert read_hotspot(said).daily == 0
