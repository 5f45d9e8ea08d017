"""The rules of hops: the query, the address, what is due. What Wings sends is from Icaro's source."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.integrations import hops
from portal.integrations.hops import Hop, Ours
from portal.session import PendingSignIn, new_session
from portal.venues.records import Integration

ENTRY = {
    "digest": "d" * 32,
    "uuid": "unit-1",
    "sessionid": "s1",
    "uamip": "192.168.182.1",
    "uamport": "3990",
    "user": "7",
    "nasid": "Caffè & Söhne",
}
CARRIED = {
    **ENTRY,
    "code": "AB12&x=1 z",
    "email": "a+b@example.org",
    "num": "+39 333 1234567",
    "mac": "AA-BB-CC-DD-EE-FF",
    "ip": "192.168.182.7",
}
GUEST = new_session("hotel", device={"id": "1"})
OURS = Ours("hotspot-1", "Hotel", "de")


def record(**values):
    return Integration(name="Survey", **values)


def hop(moment="post", **values):
    url = {f"{moment}_auth_redirect_url": "https://my.integration.org"}
    return Hop(record(**{**url, **values}), moment)


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("voucher", "/wings/login", ["code", "validated"]),
        ("cred", "/wings/login", ["code", "validated"]),
        ("email", "/wings/login/email", ["code", "email"]),
        ("sms", "/wings/login/sms", ["code", "num"]),
    ],
)
def test_wings_query_is_exact(method, path, more):
    ours = Ours("hotspot-1", "Hotel", "de", method)
    query = hops.query_of(hop(wings_compatible=True), GUEST, ours, CARRIED)
    wanted = {**ENTRY, **{name: CARRIED.get(name, "true") for name in more}}
    assert list(query.items()) == list(wanted.items())
    url = hops.url_of(hop(wings_compatible=True), method, query, "J", "https://portal.example/hotel/hop")
    assert urlsplit(url).path == path
    ends = [("journey", "J"), ("callback", "https://portal.example/hotel/hop")]
    assert parse_qsl(urlsplit(url).query) == [*wanted.items(), *ends]
    assert "a+b@" not in url
    assert " " not in url


def test_before_the_choice_wings_query_has_no_code():
    query = hops.query_of(hop("pre", wings_compatible=True), GUEST, OURS, CARRIED)
    assert list(query) == list(ENTRY)
    assert urlsplit(hops.url_of(hop("pre"), "email", query, "J", "C")).path == "/wings/login"


def test_unknown_values_are_left_out():
    ours = Ours("hotspot-1", "Hotel", "de", "voucher")
    query = hops.query_of(hop(wings_compatible=True), GUEST, ours, {"user": "", "code": ""})
    assert list(query) == ["uuid", "sessionid", "nasid"]


def test_by_default_little_is_told():
    query = hops.query_of(hop(), GUEST, Ours("hotspot-1", "Hotel", "de", "email", "p" * 32), CARRIED)
    assert query == {
        "uuid": "hotspot-1",
        "sessionid": hops.session_of(GUEST),
        "user": "p" * 32,
        "nasid": "Hotel",
        "method": "email",
        "lang": "de",
    }
    shared = hops.query_of(hop(share=["mac", "email", "room"]), GUEST, OURS, CARRIED)
    assert list(shared)[-2:] == ["mac", "email"]
    assert "user" not in shared
    named = hops.query_of(hop(share=["user"]), GUEST, OURS, CARRIED)
    assert named["user"] == "7"


@pytest.mark.parametrize("account", ["anna@example.org", "ANNA@example.org "])
def test_a_pseudonym_is_the_same_however_an_account_is_written(account):
    assert hops.pseudonym("key", "hotel", account) == hops.pseudonym("key", "hotel", "anna@example.org")


def test_a_pseudonym_differs_by_account_venue_and_key():
    names = {
        hops.pseudonym(*told)
        for told in (("k", "h", "a"), ("k", "h", "b"), ("k", "i", "a"), ("l", "h", "a"), ("k", "ha", ""))
    }
    assert len(names) == 5
    assert "" in names


def test_a_journey_of_a_browser_with_cookies_holds_next_to_nothing():
    guest = hops.leave(
        hops.choose(GUEST.but(typed={"email": "a"}), PendingSignIn("cred", {"password": "p"})), hop()
    )
    bound, free = hops.handle(guest, True), hops.handle(guest, False)
    assert (bound.pending, bound.typed, bound.device) == (None, {}, {})
    assert hops.ticket(bound) == hops.ticket(guest) == hops.ticket(free)
    assert (free.pending, free.typed) == (guest.pending, {})


def test_the_session_tells_nothing_of_the_visit_and_stays_the_same():
    assert GUEST.session_id not in hops.session_of(GUEST)
    assert (
        hops.session_of(GUEST) == hops.session_of(GUEST.but(stage="x")) != hops.session_of(new_session("h"))
    )


@pytest.mark.parametrize(
    ("base", "wanted"),
    [
        ("https://my.integration.org", "https://my.integration.org/wings/login?"),
        ("https://my.integration.org/", "https://my.integration.org/wings/login?"),
        ("https://h.example/a/b//", "https://h.example/a/b/wings/login?"),
        ("https://h.example/a?x=1&y=%20", "https://h.example/a/wings/login?x=1&y=%20&"),
        ("https://h.example?lang=it", "https://h.example/wings/login?lang=it&"),
        ("https://h.example:8443/a#part", "https://h.example:8443/a/wings/login?"),
    ],
)
def test_addresses_are_joined_without_losing_or_doubling_anything(base, wanted):
    one = hop(post_auth_redirect_url=base)
    url = hops.url_of(one, "cred", {"lang": "de", "uuid": "u"}, "J", "C")
    assert url.startswith(wanted)
    assert url.count("lang=") == 1
    assert urlsplit(url).fragment == urlsplit(base).fragment
    assert "journey=J&callback=C" in url


@given(
    st.dictionaries(
        st.sampled_from(("user", "code", "email", "num", "mac", "ip", "room", "first_name", "last_name")),
        st.text(min_size=1),
        min_size=1,
    )
)
def test_any_value_arrives_as_it_was(values):
    url = hops.url_of(hop(), "cred", values, "J", "C")
    pairs = dict(pair.split("=", 1) for pair in urlsplit(url).query.split("&"))
    assert {name: unquote(pairs[name], errors="surrogatepass") for name in values} == values
    assert dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))["journey"] == "J"


def test_what_is_due():
    first = record(pre_auth_redirect_url="https://a.example", post_auth_redirect_url="https://a.example")
    second = Integration(name="Second", pre_auth_redirect_url="https://b.example")
    nothing = Integration(name="Nothing")
    both = [nothing, first, second]
    guest, visited = GUEST, []
    for _ in range(4):
        due = hops.next_hop(both, guest)
        if due is None:
            guest = hops.choose(guest, PendingSignIn("cred"))
            continue
        visited.append(due.id)
        guest = hops.finish(hops.leave(guest, due))
    assert visited == ["pre:Survey", "pre:Second", "post:Survey"]
    assert hops.next_hop(both, guest) is None
    assert hops.next_hop(both, GUEST.but(device={})) is None


def test_every_choice_has_a_way_back_of_its_own():
    one, two = (hops.leave(hops.choose(GUEST, PendingSignIn("cred")), hop()) for _ in range(2))
    assert hops.ticket(one) != hops.ticket(two)
