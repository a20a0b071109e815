"""Whatever the hours answer, there are words for it in every language of the directory."""

import pytest

from kiosk.directory.hours.holidays import holidays
from kiosk.directory.hours.schedule import Reason
from kiosk.directory.hours.territory import Territory
from kiosk.speech.catalogue import load_guide
from kiosk.speech.studio import languages


def said_under(language: str, table: str) -> set[str]:
    return {name.removeprefix(table) for name in load_guide(language) if name.startswith(table)}


@pytest.mark.parametrize("language", languages())
def test_each_reason_for_not_knowing_has_words(language: str) -> None:
    assert said_under(language, "hours.unknown.") == {reason.value for reason in Reason}


@pytest.mark.parametrize("language", languages())
def test_each_public_holiday_has_a_name(language: str) -> None:
    years = (2024, 2025, 2026)
    named = {day.name for place in Territory for year in years for day in holidays(year, place).values()}
    assert said_under(language, "holiday.") == named
