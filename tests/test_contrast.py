"""Contrast is computed, not hoped for."""

import pytest

from portal.contrast import findings, ratio
from portal.themes import bundled, style_of


@pytest.mark.parametrize(
    ("one", "other", "right"),
    [((0, 0, 0), (1, 1, 1), 21), ((1, 1, 1), (1, 1, 1), 1), ((119 / 255,) * 3, (1, 1, 1), 4.48)],
)
def test_ratios_are_those_of_wcag(one, other, right):
    assert ratio(one, other) == pytest.approx(right, abs=0.005)
    assert ratio(other, one) == ratio(one, other)


@pytest.mark.parametrize("theme", bundled())
def test_bundled_themes_have_no_weak_pair(theme):
    assert list(findings(style_of(theme).text)) == []


def test_a_weak_pair_is_named_with_a_colour_that_would_do():
    css = ":root{--colour-page:#fff;--colour-text:#777;--colour-surface:#fff}"
    found = list(findings(css))
    assert found[0].startswith("--colour-text on --colour-page (light): 4.48, needs 4.5; #")
    better = found[0].partition("; ")[2].split()[0]
    assert list(findings(css.replace("#777", better))) == []


def test_dark_values_are_looked_at_on_their_own():
    css = ":root{--colour-page:#fff;--colour-text:#000}@media (prefers-color-scheme:dark){:root{--colour-page:#111}}"
    assert [line for line in findings(css) if "(dark)" in line and "text" in line]
    assert not [line for line in findings(css) if "(light)" in line]
