"""What people type: addresses, numbers, codes."""

from __future__ import annotations

import pytest

from portal.gateways.icaro.forms import contact, digits


@pytest.mark.parametrize(
    ("typed", "country", "kind", "kept"),
    [
        (" Anna@Example.ORG ", "", "email", "Anna@example.org"),
        ("a+b@example.org", "", "email", "a+b@example.org"),
        ("müller@example.org", "", "email", "müller@example.org"),
        ("+39 333 123-4567", "", "sms", "+393331234567"),
        ("0039 333 1234567", "", "sms", "+393331234567"),
        ("333 1234567", "IT", "sms", "+393331234567"),
        ("0039 333 1234567", "IT", "sms", "+393331234567"),
        ("+٣٩٣٣٣١٢٣٤٥٦٧", "", "sms", "+393331234567"),
        ("+43 664 1234567", "IT", "sms", "+436641234567"),
    ],
)
def test_a_contact_in_its_one_form(typed, country, kind, kept):
    assert contact(typed, country) == (kind, kept)


@pytest.mark.parametrize(
    "typed", ["", "x", "@", "+", "12", "a@b", "a@@b.org", "\u202ea@b.org", "+39" + "1" * 30]
)
def test_what_is_no_contact(typed):
    with pytest.raises(ValueError, match=r"."):
        contact(typed, "")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123456", "123456"),
        (" 123 456 ", "123456"),
        ("123-456", "123456"),
        ("١٢٣٤٥٦", "123456"),
        ("12ab", "12ab"),
        ("１２３", "123"),
    ],
)
def test_a_code_as_any_keyboard_writes_it(typed, code):
    assert digits(typed) == code
