"""The time that a text speaks of."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.directory.words.folding import tokens
from kiosk.directory.words.times import time_in

TUESDAY = datetime(2026, 11, 24, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("où manger ce soir", "2026-11-24T20:00"),
        ("dormir cette nuit", "2026-11-24T23:00"),
        ("a bed tonight", "2026-11-24T20:00"),
        ("أين أنام الليلة", "2026-11-24T20:00"),
        ("demain", "2026-11-25T10:00"),
        ("demain soir", "2026-11-25T20:00"),
        ("tomorrow afternoon", "2026-11-25T15:00"),
        ("docteur dimanche", "2026-11-29T10:00"),
        ("dimanche après-midi", "2026-11-29T15:00"),
        ("mardi soir", "2026-11-24T20:00"),
        ("mardi matin", "2026-11-24T14:30"),
        ("ce matin", "2026-11-24T14:30"),
        ("ce week-end", "2026-11-28T10:00"),
    ],
)
def test_a_text_speaks_of_a_time_to_come(text: str, then: str) -> None:
    found = time_in(tokens(text))
    assert found is not None
    assert found.after(TUESDAY).isoformat(timespec="minutes")[:16] == then


@pytest.mark.parametrize(
    "text",
    ["", "où manger", "depuis lundi", "hier soir", "dimanche dernier", "last night", "le soir", "minuit", "maintenant"],
)
def test_a_text_that_speaks_of_none_or_of_the_past_says_none(text: str) -> None:
    assert time_in(tokens(text)) is None
