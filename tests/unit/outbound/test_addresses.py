"""Where calls may go: the internet over TLS, and desks of one's own that are named."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import BadInput
from triage.outbound.addresses import AddressRefused, PrivateHosts, base_of, is_public, resolve

NOBODY = PrivateHosts()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.0.9", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.2.1",
        "198.18.0.1", "192.0.0.8", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1",
        "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:10.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::10.1.2.3", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1",
        "::7f00:1", "2001:0:7f00:1::", "2001:db8::1", "not an address", "",
    ],
)  # fmt: skip
def test_what_belongs_to_no_machine_on_the_internet_is_private(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "104.16.51.111", "2606:4700::6810:336f"])
def test_machines_on_the_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://acme.example", "https://acme.example:8443", "ftp://acme.example", "https://",
        "https://user:word@acme.example", "https://user@acme.example", "https://acme.example?a=1",
        "https://acme.example#a", "https://acme.example/../x", "https://acme.example/a b",
        "https://acme.example\\@evil.example", "https://acme.example:99999", "https://[::1",
        "https://a..b", "https://-a.example", "https://acme.example/\r\nx", "//acme.example",
        "acme",
        "https://" + "a" * 64 + ".example", "https://" + "a." * 130 + "example", "file:///etc/passwd",
        "https://acme.example/%2e%2e/", "https://ac\u0301me.example",
    ],
)  # fmt: skip
def test_an_address_with_anything_odd_is_refused(address):
    with pytest.raises(AddressRefused):
        base_of(address, NOBODY)


@given(st.text())
def test_no_text_is_taken_for_an_address_but_by_the_rules(text):
    try:
        base = base_of(text, NOBODY)
    except AddressRefused:
        return
    assert (base.scheme, base.port, base.may_be_private) == ("https", 443, False)


def test_an_ordinary_address_is_taken_apart():
    base = base_of("https://Acme.zendesk.com/api/v2/", NOBODY)
    assert (base.host, base.port, base.path) == ("acme.zendesk.com", 443, "/api/v2")
    assert base.host_header == "acme.zendesk.com"


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "127.1", "0x7f.1", "2130706433"])
def test_a_name_that_leads_into_the_house_is_refused_however_it_is_written(name):
    try:
        base = base_of(f"https://{name}", NOBODY)
    except AddressRefused:
        return
    with pytest.raises((AddressRefused, socket.gaierror)):
        resolve(base)


def test_a_desk_of_ones_own_is_named_with_its_port():
    private = PrivateHosts.named("desk.local:3000, 10.0.0.7,[::1]:8080")
    assert base_of("http://desk.local:3000/api", private).may_be_private
    assert base_of("http://10.0.0.7", private).port == 80
    assert base_of("https://10.0.0.7:8443", private).port == 8443
    assert base_of("http://[::1]:8080", private).host == "::1"
    for other in ("http://desk.local", "http://desk.local:3001", "http://sub.desk.local:3000"):
        with pytest.raises(AddressRefused, match="TRIAGE_OUTBOUND_PRIVATE_HOSTS="):
            base_of(other, private)


def test_a_host_that_is_not_named_may_not_be_private_while_another_is():
    base = base_of("https://localhost", PrivateHosts.named("desk.local"))
    with pytest.raises(AddressRefused, match="private"):
        resolve(base)


@pytest.mark.parametrize("text", ["http://desk.local", "host:port", "u@h", "[::1", "h:99999"])
def test_a_bad_list_of_hosts_is_said_by_its_setting(text):
    with pytest.raises(BadInput, match="TRIAGE_OUTBOUND_PRIVATE_HOSTS"):
        PrivateHosts.named(text)
