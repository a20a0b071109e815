"""What people write about opening times: any week in any spelling, and any text at all."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.directory.hours.expression import Expression, Rule, Times, Weekdays
from kiosk.directory.hours.french import understood
from kiosk.directory.hours.parsing import parse
from kiosk.directory.hours.printing import printed
from kiosk.directory.hours.words import DAY_NAMES
from tests.directory.hours.meaning import meaning

CLOCKS = (
    lambda minute: f"{minute // 60}h{minute % 60:02}" if minute % 60 else f"{minute // 60}h",
    lambda minute: f"{minute // 60:02}:{minute % 60:02}",
    lambda minute: f"{minute // 60:02} H {minute % 60:02}",
    lambda minute: f"{minute // 60:02}h{minute % 60:02}",
)


@st.composite
def weeks(draw: st.DrawFn) -> list[tuple[frozenset[int], tuple[Times, ...]]]:
    """Groups of days with their times, no day twice."""
    marks = st.lists(st.integers(5 * 4, 24 * 4 - 1), min_size=2, max_size=4, unique=True).map(sorted)
    groups: dict[int, set[int]] = {}
    for day in draw(st.sets(st.integers(0, 6), min_size=1)):
        groups.setdefault(draw(st.integers(0, 2)), set()).add(day)
    return [
        (frozenset(days), tuple(Times(a * 15, b * 15) for a, b in list(pairwise(draw(marks)))[::2]))
        for days in groups.values()
    ]


@given(week=weeks(), clock=st.sampled_from(CLOCKS), style=st.integers(0, 5), upper=st.booleans())
def test_any_week_in_any_spelling_is_read_back(
    week: list[tuple[frozenset[int], tuple[Times, ...]]], clock: object, style: int, upper: bool
) -> None:
    assert callable(clock)
    within, between, after_days, after_all = (
        (" à ", " et de ", " de ", ", "),
        ("-", " / ", " : ", "\n"),
        (" - ", ", ", " ", " ; "),
        ("/", " - ", " : ", " / "),
        ("&nbsp;&ndash;&nbsp;", " &amp; ", "&nbsp;: ", "</li><li>"),
        (" > ", " | ", " | ", " \u00b7 "),
    )[style]
    said = after_all.join(
        ", ".join(DAY_NAMES[day] + ("s" if style == 0 else "") for day in sorted(days))
        + after_days
        + between.join(clock(one.start_min) + within + clock(one.end_min) for one in times)
        for days, times in week
    )
    rules = tuple(Rule(weekdays=(Weekdays(days),), times=times) for days, times in week)
    found = understood("Accueil de jour : " + said.upper() if upper and "&" not in said else said)
    assert found.osm is not None, (said, found.why)
    assert meaning(found.osm) == meaning(printed(Expression(rules)))


@given(st.text(alphabet="lundimarvs 0129h:-/,.à'éfo()\n", max_size=60))
def test_any_text_has_an_answer_and_an_answer_is_an_expression(text: str) -> None:
    found = understood(text)
    if found.osm is not None:
        assert printed(parse(found.osm)) == found.osm


PIECES = (
    *(
        "du lundi au vendredi",
        "le mardi",
        "samedi",
        "et",
        ",",
        "de 9h à 12h",
        "14h-17h",
        "sauf",
        "fermé",
        "jours fériés",
    ),
    *("vacances scolaires", "1er", "du mois", "en août", "sur rendez-vous", "un", "sur deux", "matin", "après-midi"),
    *("(", ")", ":", "\n", "24h/24", "7j/7", "jusqu'à", "18h", "semaine paire", "ouvert", "horaires", "Par courrier"),
    *("rue", "période scolaire", "15", "midi", "y compris", "de juin à août", "uniquement", "-", "/", "."),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_any_row_of_words_has_an_answer_and_an_answer_is_an_expression(text: str) -> None:
    found = understood(text)
    if found.osm is not None:
        assert printed(parse(found.osm)) == found.osm
