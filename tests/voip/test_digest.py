"""Digest answers, by the examples that the standards print and by what servers ask in their own ways."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.voip.digest import Challenge, Credentials, answer, challenges, strongest

NONCE_7616 = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
OPAQUE_7616 = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
CNONCE_7616 = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_answers_the_example_of_rfc_7616(algorithm: str, response: str) -> None:
    (asked,) = challenges(
        [
            f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
            f'nonce="{NONCE_7616}", opaque="{OPAQUE_7616}"'
        ]
    )
    told = answer(
        asked, method="GET", uri="/dir/index.html", user="Mufasa", password="Circle of Life", cnonce=CNONCE_7616
    )
    assert told == (
        f'Digest username="Mufasa", realm="http-auth@example.org", nonce="{NONCE_7616}", uri="/dir/index.html", '
        f'response="{response}", algorithm={algorithm}, opaque="{OPAQUE_7616}", qop=auth, nc=00000001, '
        f'cnonce="{CNONCE_7616}"'
    )


def test_answers_the_example_of_rfc_2617() -> None:
    nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
    (asked,) = challenges([f'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="{nonce}", opaque="5ccc"'])
    told = answer(
        asked, method="GET", uri="/dir/index.html", user="Mufasa", password="Circle Of Life", cnonce="0a4f113b"
    )
    assert 'response="6629fae49393a05397450978507c4ef1"' in told
    assert "algorithm" not in told


def test_answers_without_qop_as_the_oldest_servers_ask() -> None:
    # The example of RFC 2069 §2.4, with the response of its erratum.
    nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
    (asked,) = challenges([f'Digest realm="testrealm@host.com", nonce="{nonce}"'])
    told = answer(asked, method="GET", uri="/dir/index.html", user="Mufasa", password="CircleOfLife", cnonce="unused")
    assert told == (
        f'Digest username="Mufasa", realm="testrealm@host.com", nonce="{nonce}", uri="/dir/index.html", '
        'response="1949323746fe6a43ef61f9606e7febea"'
    )


def test_answers_sha_512_256() -> None:
    # No standard prints a usable one (RFC 7616 §3.9.2 needs userhash): reckoned with `openssl dgst -sha512-256`.
    (asked,) = challenges(['Digest realm="r", nonce="n", algorithm=SHA-512-256, qop="auth"'])
    told = answer(asked, method="REGISTER", uri="sip:r", user="u", password="p", cnonce="c", count=10)
    assert 'response="e47badd7a63d1aacbf211247d35a653c19b448725e026d0d94b2b7f6b0e423ef"' in told
    assert "nc=0000000a" in told


def test_answers_the_session_form_with_its_second_hash() -> None:
    (asked,) = challenges(['Digest realm="r", nonce="n", algorithm=MD5-sess, qop="auth"'])
    told = answer(asked, method="REGISTER", uri="sip:r", user="u", password="p", cnonce="c")
    assert 'response="9fcc4392a91dc57e8c83c2241da62025"' in told
    assert "algorithm=MD5-sess" in told


def test_takes_the_strongest_of_several_offers() -> None:
    offers = challenges(
        [
            'Digest realm="r", nonce="1", algorithm=MD5',
            'Digest realm="r", nonce="2", algorithm=SHA-256, Digest realm="r", nonce="3", algorithm=SHA-512-256',
        ]
    )
    assert [offer.nonce for offer in offers] == ["1", "2", "3"]
    best = strongest(offers)
    assert best is not None
    assert best.nonce == "3"


@pytest.mark.parametrize(
    "value",
    [
        'Basic realm="r"',
        'Digest realm="r", nonce="n", algorithm=WHIRLPOOL',
        'Digest realm="r", nonce="n", qop="auth-int"',
        'Digest realm="r"',
        "Digest",
        "",
    ],
)
def test_leaves_out_what_it_cannot_answer(value: str) -> None:
    assert challenges([value]) == ()


def test_is_not_misled_by_commas_and_words_in_quotes() -> None:
    (asked,) = challenges(['Digest realm="a, Digest nonce=\\"x\\"", nonce="n=1,2", STALE=TRUE, qop=auth ,opaque=""'])
    assert asked == Challenge(
        realm='a, Digest nonce=\\"x\\"', nonce="n=1,2", opaque="", qop=True, stale=True, is_proxy=False
    )


def test_a_quote_in_the_user_name_is_escaped_and_hashed_bare() -> None:
    (asked,) = challenges(['Digest realm="r", nonce="n"'])
    told = answer(asked, method="REGISTER", uri="sip:r", user='a"b\\', password="p", cnonce="c")
    assert told.startswith('Digest username="a\\"b\\\\", ')


def words() -> Credentials:
    counter = itertools.count(1)
    return Credentials("box", "secret", lambda: f"w{next(counter)}")


def test_counts_the_answers_of_each_nonce_and_starts_again_with_a_new_one() -> None:
    credentials = words()
    assert credentials.headers("REGISTER", "sip:r") == ()
    credentials.take(['Digest realm="r", nonce="n1", qop="auth"'], [])
    counts = [credentials.headers("REGISTER", "sip:r")[0][1] for _ in range(2)]
    assert ["nc=00000001" in counts[0], "nc=00000002" in counts[1]] == [True, True]
    credentials.take(['Digest realm="r", nonce="n2", qop="auth", stale=true'], [])
    assert "nc=00000001" in credentials.headers("REGISTER", "sip:r")[0][1]
    credentials.take(['Digest realm="r", nonce="n2", qop="auth"'], [])
    assert "nc=00000002" in credentials.headers("REGISTER", "sip:r")[0][1]


def test_answers_registrar_and_proxy_side_by_side() -> None:
    credentials = words()
    credentials.take(['Digest realm="r", nonce="n1"'], [])
    credentials.take([], ['Digest realm="p", nonce="n2"'])
    assert [name for name, _ in credentials.headers("REGISTER", "sip:r")] == ["Authorization", "Proxy-Authorization"]
    credentials.forget()
    assert not credentials.can_answer


@given(st.text(max_size=300))
def test_no_header_value_breaks_it(value: str) -> None:
    for offer in challenges([value, "Digest " + value]):
        answer(offer, method="REGISTER", uri="sip:r", user="u", password="p", cnonce="c")
