"""A page packed once unpacks, for every guest, to the page with this guest's token and handle."""

from __future__ import annotations

import gzip
import secrets

import pytest

from portal.journey.packed import filled, pack

TOKEN, HANDLE = "the-place", "the-handle"
ITEM = '<li><a href="/hotel/?lang={0}&amp;guest=the-handle">{0}</a><input type="hidden" name="guest" value="the-place"></li>'
PAGE = (
    "<style>"
    + "a{color:#123}" * 200
    + "</style>"
    + "".join(ITEM.format(code) for code in ("de", "ja 日本語", "ar العربية", "x")) * 5
)
LATE = '<input type="hidden" name="guest" value="the-place"></li>' + PAGE
"""The token comes first."""


@pytest.mark.parametrize("length", [4, 43, 107, 171, 235, 257, 258, 259, 299, 363, 427, 491, 555, 1003, 3771])
@pytest.mark.parametrize("page", [PAGE, LATE], ids=["handle first", "token first"])
def test_every_length_of_a_token_comes_out_right(page, length):
    packed = pack(page, {TOKEN: length, HANDLE: 22})
    assert packed is not None
    for _ in range(20):
        values = {TOKEN: secrets.token_urlsafe(length)[:length], HANDLE: secrets.token_urlsafe(16)}
        text = filled(page, values).encode()
        assert gzip.decompress(packed.with_values(values)) == text
    assert sum(len(part) for part, _place in packed.parts) < len(gzip.compress(text, 3)) + 400


@pytest.mark.parametrize(("page", "length"), [("no token here", 100), (PAGE, 3), (PAGE, 20_000)])
def test_what_cannot_be_packed_is_left_alone(page, length):
    assert pack(page, {TOKEN: length}) is None


def test_a_page_that_would_come_out_wrong_is_never_packed(monkeypatch):
    monkeypatch.setattr("portal.journey.packed._deflate", lambda *_: ([], b"\x03\x00"))
    assert pack(PAGE, {TOKEN: 100, HANDLE: 22}) is None
