"""OSM expressions: read, refused, written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.directory.hours.parsing import MAX_CHARS, parse
from kiosk.directory.hours.printing import printed
from kiosk.errors import BadInput
from tests.directory.hours.expressions import expressions


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Mo-Fr 09:00-17 :00", "Mo-Fr 09:00-17:00"),
        ("mo-fr 9:00\u201312:00", "Mo-Fr 09:00-12:00"),
        (
            "Tu, Th, Fr 13:30-18:00; We, Sa 10:30-12:30, 13:30-18:00;",
            "Tu,Th,Fr 13:30-18:00; We,Sa 10:30-12:30,13:30-18:00",
        ),
        ("24 / 7", "24/7"),
        ("Mo[1-3] 10:00-12:00", "Mo[1,2,3] 10:00-12:00"),
        ('"sur rendez-vous"', 'unknown "sur rendez-vous"'),
        ("Dec 25-26 closed", "Dec 25-Dec 26 off"),
        ("Jul-Aug: Mo 10:00-12:00", "Jul-Aug Mo 10:00-12:00"),
        ("Mo-Fr: 09:00-17:00; PH: 10:00-12:00", "Mo-Fr 09:00-17:00; PH 10:00-12:00"),
        ("Mo 10:00-12:00;; Tu 10:00-12:00,", "Mo 10:00-12:00; Tu 10:00-12:00"),
        ("Fr 22:00-28:00", "Fr 22:00-04:00"),
    ],
)
def test_one_spelling_for_one_meaning(text: str, canonical: str) -> None:
    assert printed(parse(text)) == canonical
    assert printed(parse(canonical)) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "lundi 9h",
        "Mo-",
        "Mo: off",
        ",",
        "Mo 09:00",
        "Mo 09:00-",
        "Mo 09:00-09:00",
        "Mo 09:60-10:00",
        "Mo 25:00-26:00",
        "Mo 10:00-50:00",
        "Mo 10:00-12:00/30",
        "Mo[6] 10:00-12:00",
        "Mo[0] 10:00-12:00",
        "Feb 30 off",
        "Jan 05-Mar off",
        "2026 Jan 05-Mar 05 2027",
        "easter off",
        "sunrise-sunset",
        "week 60 Mo 10:00-12:00",
        "SH,PH Mo 10:00-12:00",
        "Mo 10:00-12:00 perhaps",
        "Mo 10:00-12:00 ||",
        'Mo "unclosed',
        "x" * (MAX_CHARS + 1),
    ],
)
def test_what_we_do_not_evaluate_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="opening hours"):
        parse(text)


@given(expressions())
def test_what_is_written_is_read_back_equal(text_and_rules: tuple[str, bool]) -> None:
    text, _ = text_and_rules
    assert parse(printed(parse(text))) == parse(text)


@given(st.text(alphabet='MoTuWeThFrSaPHwkoff0123:-,;[]/| "Jan+', max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse(text)
    except BadInput:
        return
    assert parse(printed(found)) == found
