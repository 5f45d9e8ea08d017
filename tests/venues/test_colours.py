"""Contrast is computed, not hoped for."""

import pytest

from portal.venues.colours import checks, nearest, ratio
from portal.venues.themes import bundled, style_of


@pytest.mark.parametrize(
    ("one", "other", "right"),
    [((0, 0, 0), (1, 1, 1), 21), ((1, 1, 1), (1, 1, 1), 1), ((119 / 255,) * 3, (1, 1, 1), 4.48)],
)
def test_ratios_are_those_of_wcag(one, other, right):
    assert ratio(one, other) == pytest.approx(right, abs=0.005)
    assert ratio(other, one) == ratio(one, other)


@pytest.mark.parametrize("theme", bundled())
def test_bundled_themes_have_no_weak_pair(theme):
    assert list(checks(style_of(theme).text)) == []


def test_a_weak_pair_is_named_with_a_colour_that_would_do():
    css = ":root{--colour-page:#fff;--colour-text:#777;--colour-surface:#fff}"
    found = list(checks(css))
    assert found[0].startswith("--colour-text on --colour-page (light): 4.48, needs 4.5; #")
    better = found[0].partition("; ")[2].split()[0]
    assert list(checks(css.replace("#777", better))) == []


def test_dark_values_are_looked_at_on_their_own():
    css = ":root{--colour-page:#fff;--colour-text:#000}@media (prefers-color-scheme:dark){:root{--colour-page:#111}}"
    assert [line for line in checks(css) if "(dark)" in line and "text" in line]
    assert not [line for line in checks(css) if "(light)" in line]


@pytest.mark.parametrize(
    ("css", "said"),
    [
        (
            "--colour-focus:#bbb;--colour-page:#fff",
            "--colour-focus on --colour-page (light): 1.92, needs 3.0; #949494",
        ),
        ("--colour-focus:#bbb;--colour-surface:#fff", "--colour-focus on --colour-surface (light)"),
        (
            "--colour-on-action:#fff;--colour-action:#999",
            "--colour-on-action on --colour-action (light): 2.85, needs 4.5",
        ),
        ("--colour-text:#777;--colour-page:#fff", "needs 4.5; #767676 would do"),
    ],
)
def test_every_pair_that_touches_is_measured_and_the_nearest_colour_named(css, said):
    assert said in next(checks(":root{" + css + "}"))


def test_the_nearest_colour_is_looked_for_in_both_directions():
    assert nearest((0.8,) * 3, (0.5,) * 3, 3.0) == "#e0e0e0"
    assert nearest((0.25,) * 3, (0.5,) * 3, 3.0) == "#363636"
    assert nearest((0.5,) * 3, (0.5,) * 3, 10.0) == "no shade of it"
