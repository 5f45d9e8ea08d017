"""JSON of strangers: what is read can be shown and sent again, or is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import strict_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters()), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, "ü"]}', {"a": [1, "ü"]}),
        ('"\\ud83d\\ude00"', "😀"),
        ('"a\\ud800b"', "a\ufffdb"),
        ('{"\\udc00": "\\\\ud800"}', {"\ufffd": "\\ud800"}),
    ],
)
def test_what_is_read(text, value):
    assert strict_json.loads(text) == value


@given(VALUES)
def test_everything_that_was_written_comes_back(value):
    assert strict_json.loads(json.dumps(value)) == value


@pytest.mark.parametrize("text", ["", "{", "NaN", '{"a": -Infinity}', "[" * 100_000, '"\n"', "[1] x"])
def test_what_is_no_json(text):
    with pytest.raises(ValueError, match=r"JSON|Expecting|nested|Invalid|Extra"):
        strict_json.loads(text)
