"""Whom a server has to prove itself to, and what a venue may settle for."""

from __future__ import annotations

import os
import ssl
import time
import warnings
from pathlib import Path

import pytest

from portal.errors import Unreachable
from portal.http_client import HttpClient, Request, Server
from tests.http_client.hostile import hostile, says


def asks(url: str, **more) -> bytes:
    return (
        HttpClient(Server(url, connect_timeout=2, read_timeout=2, **more))
        .send(Request("GET", "/", "ask"))
        .body
    )


def test_a_stranger_is_not_believed(authority):
    with hostile(says(b"ok"), tls=authority.context) as server:
        with pytest.raises(Unreachable, match="SSLCertVerificationError"):
            asks(server.url)
        assert server.asked == []


def test_the_venues_own_authority_is_believed(authority, new_authority):
    with hostile(says(b"ok"), tls=authority.context) as server:
        assert asks(server.url, verify=authority.file) == b"ok"
        with pytest.raises(Unreachable, match="SSLCertVerificationError"):
            asks(server.url, verify=new_authority().file)


def test_a_certificate_of_another_name_is_not_believed(new_authority):
    other = new_authority(host="other.example")
    with hostile(says(b"ok"), tls=other.context) as server, pytest.raises(Unreachable):
        asks(server.url, verify=other.file)


def test_an_unchecked_server_is_asked_where_the_venue_says_so(authority):
    with hostile(says(b"ok"), tls=authority.context) as server:
        assert asks(server.url, verify=False) == b"ok"


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\n"])
def test_without_a_ca_file_that_can_be_read_nothing_is_asked(tmp_path, authority, content):
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with hostile(says(b"ok"), tls=authority.context) as server:
        with pytest.raises(Unreachable, match="NoTrust"):
            asks(server.url, verify=str(file))
        assert server.connections == 0


def test_a_renewed_ca_file_counts_without_a_restart(tmp_path, authority, new_authority):
    file = tmp_path / "ca.pem"
    file.write_text(Path(new_authority().file).read_text())
    with hostile(says(b"ok"), tls=authority.context) as server:
        client = HttpClient(Server(server.url, verify=str(file)))
        with pytest.raises(Unreachable):
            client.send(Request("GET", "/", "ask"))
        file.write_text(Path(authority.file).read_text())
        os.utime(file, (time.time(), time.time() + 5))
        assert client.send(Request("GET", "/", "ask")).body == b"ok"


def old_server(context: ssl.SSLContext) -> ssl.SSLContext:
    """TLS 1.0 and the short key of its time, as a controller of 2012."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def test_an_old_controller_is_reached_only_where_the_venue_says_so(new_authority):
    old = new_authority(bits=1024)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(old.file)
    with hostile(says(b"ok"), tls=old_server(context)) as server:
        with pytest.raises(Unreachable, match="SSL"):
            asks(server.url, verify=old.file)
        assert asks(server.url, verify=old.file, tls="old") == b"ok"
        with pytest.raises(Unreachable, match="SSLCertVerificationError"):
            asks(server.url, tls="old")


def test_a_modern_server_is_reached_in_the_old_way_too(authority):
    with hostile(says(b"ok"), tls=authority.context) as server:
        assert asks(server.url, verify=authority.file, tls="old") == b"ok"
