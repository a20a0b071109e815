"""A message leaves as it was written: read back by others' code and by the simulated network."""

import importlib.util
import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.message_pdu import EXTENDED, GSM, MOST_PARTS, command_length, is_plain, parts_of, pdus
from hardware.simulated.text_pdu import read

NUMBER = "+33612345678"
PLAIN = st.text(st.sampled_from([letter for letter in GSM if letter != "\x1b"] + list(EXTENDED)), min_size=1)
ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)


THEIR_READING = """
import json, sys
from gsmmodem.pdu import decodeSmsPdu
def told(pdu):
    read = decodeSmsPdu(pdu)
    parts = [(one.reference, one.parts, one.number) for one in read.get("udh", ())]
    return [read["type"], read["number"], read["text"], parts]
json.dump([told(pdu) for pdu in json.load(sys.stdin)], sys.stdout)
"""


@pytest.mark.skipif(importlib.util.find_spec("gsmmodem") is None, reason="python-gsmmodem-new is not installed")
def test_others_read_the_same() -> None:
    texts = (
        "Été à Nîmes",
        "Été où ça coûte 5 € [à vérifier]",
        "مركز الاستقبال اليومي",
        "a" * 160,
        "é€" * 140,
        "ê" * 150,
    )
    made = [(number, pdus(number, text, 7)) for number in (NUMBER, "3114", "+3361234567") for text in texts]
    bodies = [body.decode() for _, each in made for body in each]
    # In a process of its own: its modules warn as they compile.
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", THEIR_READING],
        input=json.dumps(bodies), capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    theirs = json.loads(done.stdout)
    assert theirs == [
        ["SMS-SUBMIT", number, read(body.decode(), command_length(body))[1], [[7, len(each), at]] if each[1:] else []]
        for number, each in made
        for at, body in enumerate(each, start=1)
    ]


def test_a_short_message_octet_by_octet() -> None:
    """3GPP TS 23.040 §9.2.2.2, by hand: `hello` in seven bits is E8 32 9B FD 06."""
    assert pdus(NUMBER, "hello", 0) == (b"0011000B913316325476F80000A705E8329BFD06",)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("é" * 160, 1),
        ("é" * 161, 2),
        ("é" * 306, 2),
        ("é" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        # A letter of two codes is not parted: 76 of them fill 152 of 153.
        ("€" * 153, 3),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("ê" * 134, 2),
        ("ê" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_parts_are_counted_as_the_network_counts_them(text: str, parts: int) -> None:
    assert parts_of(text) == parts
    assert len(pdus(NUMBER, text, 0)) == parts


@settings(max_examples=150)
@given(text=st.one_of(PLAIN, ANY), reference=st.integers(0, 255))
def test_parts_put_together_again_are_the_text(text: str, reference: int) -> None:
    if parts_of(text) > MOST_PARTS:
        with pytest.raises(ValueError, match="parts"):
            pdus(NUMBER, text, reference)
        return
    made = pdus(NUMBER, text, reference)
    assert "".join(read(body.decode(), command_length(body))[1] for body in made) == text
    for body in made:
        assert read(body.decode(), command_length(body))[0] == NUMBER
        assert len(body) <= 2 * (1 + 13 + 1 + 140)


@pytest.mark.parametrize(("number", "text"), [("", "x"), ("+", "x"), ("0612*", "x"), (NUMBER, ""), (NUMBER, "x" * 613)])
def test_what_is_no_message_is_refused(number: str, text: str) -> None:
    with pytest.raises(ValueError, match="a message"):
        pdus(number, text, 0)


def test_the_plain_letters_are_those_of_french_but_for_the_circumflex_and_the_cedilla() -> None:
    assert [letter for letter in "àâçéèêëîïôùûüœÀÂÇÉÈÊ€°’" if is_plain(letter)] == list("àéèùüÇÉ€")
