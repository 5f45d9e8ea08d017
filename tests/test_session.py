"""The guest's state: what comes back is what was sealed, or nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import StateLost
from portal.session import GuestSession, PendingSignIn, Stage, TokenCodec, dump, load, new_session

NOW = 1_800_000_000
OLD, NEW = "an old secret of thirty-two letters", "a new secret of thirty-two letters"
GUEST = GuestSession(
    venue="hotel",
    session_id="abc",
    language="zh_TW",
    original_url="http://example.com/?a=1&b=ü",
    stage=Stage.ASKED,
    device={"id": "7yXYLm3pQ2uVbZkT1LlCwA", "mac": "00359ac076c4"},
    typed={"username": "Ünïcødé 客人 ضيف"},
    pending=PendingSignIn("cred", {"password": "p=ä$&x"}),
    accepted=True,
)


@pytest.fixture
def codec():
    return TokenCodec([OLD])


def test_a_guest_survives_the_journey_through_a_token(codec):
    assert codec.loads(codec.dumps(GUEST, NOW), NOW + 60) == GUEST


def test_a_token_says_nothing_in_the_clear(codec):
    token = codec.dumps(GUEST, NOW)
    raw = base64.urlsafe_b64decode(token + "==")
    assert b"hotel" not in raw
    assert "hotel" not in token
    assert codec.dumps(GUEST, NOW) != token


def test_a_second_process_with_the_same_keys_takes_the_next_request(codec):
    assert TokenCodec([OLD]).loads(codec.dumps(GUEST, NOW), NOW) == GUEST


def test_keys_rotate_with_the_newest_last(codec):
    rotated = TokenCodec([OLD, NEW])
    assert rotated.loads(codec.dumps(GUEST, NOW), NOW) == GUEST
    fresh = rotated.dumps(GUEST, NOW)
    assert TokenCodec([NEW]).loads(fresh, NOW) == GUEST
    with pytest.raises(StateLost):
        codec.loads(fresh, NOW)


@pytest.mark.parametrize(
    ("after", "valid"), [(0, True), (7199, True), (7201, False), (-600, True), (-901, False)]
)
def test_a_token_lives_two_hours_and_bears_clocks_that_are_ten_minutes_off(codec, after, valid):
    token = codec.dumps(GUEST, NOW)
    if valid:
        assert codec.loads(token, NOW + after) == GUEST
    else:
        with pytest.raises(StateLost):
            codec.loads(token, NOW + after)


def flipped(token):
    for place in range(len(token)):
        for other in "AZ_9":
            if token[place] != other:
                yield token[:place] + other + token[place + 1 :]


def test_no_flipped_character_is_accepted(codec):
    token = codec.dumps(GUEST, NOW)
    for altered in flipped(token):
        with pytest.raises(StateLost):
            codec.loads(altered, NOW)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: "",
        lambda token: token[:-1],
        lambda token: token[1:],
        lambda token: token + "A",
        lambda token: token + "=",
        lambda token: token + "\n",
        lambda token: token + token,
        lambda token: " " + token,
        lambda token: "é" + token,
        lambda token: "A" * 100_000,
    ],
    ids=["empty", "cut", "beheaded", "longer", "padded", "newline", "twice", "blank", "accent", "huge"],
)
def test_a_spoilt_token_is_no_token(codec, spoil):
    with pytest.raises(StateLost):
        codec.loads(spoil(codec.dumps(GUEST, NOW)), NOW)


@given(st.text(max_size=300))
def test_no_text_is_a_token_by_chance(text):
    with pytest.raises(StateLost):
        TokenCodec([OLD]).loads(text, NOW)


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=200), max_size=8))
def test_anything_typed_comes_back_unchanged(typed):
    guest = new_session("hotel", typed=typed)
    codec = TokenCodec([OLD])
    assert codec.loads(codec.dumps(guest, NOW), NOW).typed == typed


def test_a_usual_state_fits_a_cookie_many_times(codec):
    assert len(codec.dumps(GUEST, NOW)) < 500


def test_a_token_for_one_use_opens_no_other(codec):
    token = codec.dumps(GUEST, NOW, b"return")
    assert codec.loads(token, NOW, b"return") == GUEST
    for use in (b"", b"other"):
        with pytest.raises(StateLost):
            codec.loads(token, NOW, use)
    with pytest.raises(StateLost):
        codec.loads(codec.dumps(GUEST, NOW), NOW, b"return")


def test_every_letter_of_a_secret_counts():
    begins = "the first thirty-two letters are alike, "
    with pytest.raises(StateLost):
        TokenCodec([begins + "one"]).loads(TokenCodec([begins + "two"]).dumps(GUEST, NOW), NOW)


def test_two_visits_have_different_names():
    assert new_session("hotel").session_id != new_session("hotel").session_id


@dataclass(frozen=True)
class Small:
    number: int
    words: Sequence[str] = ()
    pairs: tuple[tuple[int, str], ...] = ()
    stage: Stage = Stage.ARRIVED
    inner: Small | None = None
    table: Mapping[str, Small] = field(default_factory=dict)
    passing: bool = field(default=False, metadata={"kept": False})


smalls = st.recursive(
    st.builds(Small, st.integers()),
    lambda inner: st.builds(
        Small,
        st.integers(),
        st.lists(st.text()).map(tuple),
        st.lists(st.tuples(st.integers(), st.text())).map(tuple),
        st.sampled_from(Stage),
        st.none() | inner,
        st.dictionaries(st.text(), inner, max_size=3),
    ),
    max_leaves=5,
)


@given(smalls)
def test_what_a_gateway_keeps_comes_back_as_it_was(small):
    assert load(Small, json.loads(json.dumps(dump(small)))) == small


def test_what_is_as_by_default_or_lives_for_a_request_is_not_kept():
    assert dump(Small(1, passing=True)) == {"number": 1}


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"number": "1"},
        {"number": True},
        {"number": 1, "colour": "blue"},
        {"number": 1, "passing": True},
        {"number": 1, "words": "ab"},
        {"number": 1, "words": [1]},
        {"number": 1, "pairs": [[1]]},
        {"number": 1, "stage": "lost"},
        {"number": 1, "inner": {}},
        {"number": 1, "table": {"a": None}},
        {"number": 1, "table": []},
    ],
)
def test_a_state_of_another_release_is_lost(kept):
    with pytest.raises(StateLost):
        load(Small, kept)
