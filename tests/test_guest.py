"""The guest's state: what comes back is what was sealed, or nothing."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import StateLost
from portal.guest import Chosen, Guest, Seal, new_guest

NOW = 1_800_000_000
OLD, NEW = "an old secret of thirty-two letters", "a new secret of thirty-two letters"
GUEST = Guest(
    venue="hotel",
    visit="abc",
    began=NOW,
    language="zh_TW",
    wanted="http://example.com/?a=1&b=ü",
    stage="asked",
    device={"id": "7yXYLm3pQ2uVbZkT1LlCwA", "mac": "00359ac076c4"},
    typed={"username": "Ünïcødé 客人 ضيف"},
    chosen=Chosen("cred", {"password": "p=ä$&x"}),
    accepted=True,
)


@pytest.fixture
def seal():
    return Seal([OLD])


def test_a_guest_survives_the_journey_through_a_token(seal):
    assert seal.open(seal.close(GUEST, NOW), NOW + 60) == GUEST


def test_a_token_says_nothing_in_the_clear(seal):
    token = seal.close(GUEST, NOW)
    raw = base64.urlsafe_b64decode(token + "==")
    assert b"hotel" not in raw
    assert "hotel" not in token
    assert seal.close(GUEST, NOW) != token


def test_a_second_process_with_the_same_keys_takes_the_next_request(seal):
    assert Seal([OLD]).open(seal.close(GUEST, NOW), NOW) == GUEST


def test_keys_rotate_with_the_newest_last(seal):
    rotated = Seal([OLD, NEW])
    assert rotated.open(seal.close(GUEST, NOW), NOW) == GUEST
    fresh = rotated.close(GUEST, NOW)
    assert Seal([NEW]).open(fresh, NOW) == GUEST
    with pytest.raises(StateLost):
        seal.open(fresh, NOW)


@pytest.mark.parametrize(
    ("after", "valid"), [(0, True), (7199, True), (7201, False), (-61, False), (-30, True)]
)
def test_a_token_lives_two_hours_and_does_not_come_from_the_future(seal, after, valid):
    token = seal.close(GUEST, NOW)
    if valid:
        assert seal.open(token, NOW + after) == GUEST
    else:
        with pytest.raises(StateLost):
            seal.open(token, NOW + after)


def flipped(token):
    for place in range(len(token)):
        for other in "AZ_9":
            if token[place] != other:
                yield token[:place] + other + token[place + 1 :]


def test_no_flipped_character_is_accepted(seal):
    token = seal.close(GUEST, NOW)
    for altered in flipped(token):
        with pytest.raises(StateLost):
            seal.open(altered, NOW)


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
def test_a_spoilt_token_is_no_token(seal, spoil):
    with pytest.raises(StateLost):
        seal.open(spoil(seal.close(GUEST, NOW)), NOW)


@given(st.text(max_size=300))
def test_no_text_is_a_token_by_chance(text):
    with pytest.raises(StateLost):
        Seal([OLD]).open(text, NOW)


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=200), max_size=8))
def test_anything_typed_comes_back_unchanged(typed):
    guest = new_guest("hotel", NOW, typed=typed)
    seal = Seal([OLD])
    assert seal.open(seal.close(guest, NOW), NOW).typed == typed


def test_a_usual_state_fits_a_cookie_many_times(seal):
    assert len(seal.close(GUEST, NOW)) < 500


def test_a_token_for_one_use_opens_no_other(seal):
    token = seal.close(GUEST, NOW, b"return")
    assert seal.open(token, NOW, b"return") == GUEST
    for use in (b"", b"other"):
        with pytest.raises(StateLost):
            seal.open(token, NOW, use)
    with pytest.raises(StateLost):
        seal.open(seal.close(GUEST, NOW), NOW, b"return")


def test_every_letter_of_a_secret_counts():
    begins = "the first thirty-two letters are alike, "
    with pytest.raises(StateLost):
        Seal([begins + "one"]).open(Seal([begins + "two"]).close(GUEST, NOW), NOW)


def test_two_visits_have_different_names():
    assert new_guest("hotel", NOW).visit != new_guest("hotel", NOW).visit
