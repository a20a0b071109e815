"""A relay in words: nothing is said surer than it is, and nothing that is shown is said otherwise."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import msgspec
import pytest

from kiosk.directory.hours.openness import Closed, HolidayCheck, Open, Unknown
from kiosk.directory.hours.schedule import Reason
from kiosk.directory.parts import Audience, Cost, Fees, Gender, Hours, Phone, Strength, Structure
from kiosk.directory.search.question import Answer, Openness, Room
from kiosk.guide.browse import AtList, AtNeeds
from kiosk.guide.pages import told
from kiosk.rules import tongue_of
from kiosk.speech.entries import NAME_LONGEST, card, distance, name_said, name_shown, walk
from kiosk.speech.openings import brief, day_words, opening, opening_said, time_words
from kiosk.speech.readings import NO_BREAK
from kiosk.speech.sentence import Sentence
from kiosk.speech.tongue import Tongue
from tests.directory.records import FULL
from tests.fakes.directory import CLOCK, FREE_LINE, LINE_115, NOW, SHELTER, found

FRENCH, ENGLISH = tongue_of("fr"), tongue_of("en")


def both(openness: Openness) -> tuple[str, str, str, str]:
    """Shown and said in French, said in English, and the tone."""
    one = found(SHELTER, openness)
    shown, tone = opening(one, CLOCK, FRENCH)
    said, english = ("".join(each.words for each in opening_said(one, CLOCK, tongue)) for tongue in (FRENCH, ENGLISH))
    return _plain(shown), said.replace(NO_BREAK, " "), english, tone


def _plain(text: str) -> str:
    return text.replace("\u2019", "'").replace(NO_BREAK, " ")


@pytest.mark.parametrize(
    ("openness", "said"),
    [
        (Open(None), ("Ouvert jour et nuit", "Ouvert jour et nuit", "Open day and night", "open")),
        (
            Open(NOW.replace(hour=18, minute=30)),
            ("Ouvert jusqu'à 18 h 30", "Ouvert jusqu\u2019à 18 heures 30", "Open until 6:30 pm", "open"),
        ),
        (
            Open(NOW.replace(hour=9) + timedelta(days=1)),
            (
                "Ouvert jusqu'à demain à 9 h",
                "Ouvert jusqu\u2019à demain à 9 heures",
                "Open until tomorrow at 9 am",
                "open",
            ),
        ),
        # The coming midnight: "tomorrow at midnight" would be a day later.
        (
            Open(NOW.replace(hour=0) + timedelta(days=1)),
            ("Ouvert jusqu'à minuit", "Ouvert jusqu\u2019à minuit", "Open until midnight", "open"),
        ),
        (
            Closed(NOW.replace(hour=0) + timedelta(days=1)),
            ("Fermé. Ouvre à minuit", "Fermé. Ouvre à minuit", "Closed. Opens at midnight", "closed"),
        ),
        (
            Open(NOW.replace(hour=2) + timedelta(days=1)),
            (
                "Ouvert jusqu'à cette nuit à 2 h",
                "Ouvert jusqu\u2019à cette nuit à 2 heures",
                "Open until tonight at 2 am",
                "open",
            ),
        ),
        (
            Closed(NOW.replace(hour=12) + timedelta(days=3)),
            ("Fermé. Ouvre jeudi à 12 h", "Fermé. Ouvre jeudi à midi", "Closed. Opens on Thursday at noon", "closed"),
        ),
        (
            Closed(datetime(2027, 2, 1, 8, 5, tzinfo=NOW.tzinfo)),
            (
                "Fermé. Ouvre le 1er février 2027 à 8 h 05",
                "Fermé. Ouvre le 1er février 2027 à 8 heures 05",
                "Closed. Opens on 1 February 2027 at 8:05 am",
                "closed",
            ),
        ),
        (Closed(None), ("Fermé", "Fermé", "Closed", "closed")),
        (Unknown(Reason.NO_HOURS), ("Horaires inconnus", "Horaires inconnus", "Opening times not known", "unknown")),
        (
            Unknown(Reason.COMMENT, "sur RDV"),
            ("Horaires : sur RDV", "Horaires : sur rendez-vous", "Opening times: sur rendez-vous", "unknown"),
        ),
        (
            Unknown(Reason.CLOCK),
            (
                "Heure inconnue. Vérifiez les horaires",
                "Heure inconnue. Vérifiez les horaires",
                "Time not known. Check the opening times",
                "unknown",
            ),
        ),
        (
            HolidayCheck(date(2026, 12, 25), "christmas"),
            (
                "Jour férié (Noël) : à vérifier",
                "Jour férié (Noël) : à vérifier",
                "Public holiday (Christmas): check",
                "check",
            ),
        ),
    ],
)
def test_each_of_the_four_answers_has_its_words(openness: Openness, said: tuple[str, str, str, str]) -> None:
    assert both(openness) == said


def test_what_a_source_says_of_its_hours_keeps_its_voice() -> None:
    one = found(SHELTER, Unknown(Reason.COMMENT, "sur RDV"), 12.0)
    assert opening_said(one, CLOCK, ENGLISH) == (
        Sentence("en", "Opening times: "),
        Sentence("fr", "sur rendez-vous"),
    )
    listed = told(AtList(AtNeeds(), "meal", Answer((one,), CLOCK)), ENGLISH).sentences
    assert [each for each in listed if each.language == "fr" or "away" in each.words] == [
        name_said(SHELTER),
        Sentence("fr", "sur rendez-vous"),
        Sentence("en", "about 12 kilometres away"),
    ]


def test_what_is_to_be_checked_is_never_said_as_sure() -> None:
    entries = card(found(FREE_LINE, Open(None)), CLOCK, FRENCH)
    assert [entry.role for entry in entries][:2] == ["warning", "open"]
    assert entries[0].said[0].words.startswith("À vérifier")
    assert (entries[1].text, entries[1].tone) == ("Ouvert jour et nuit, à vérifier", "check")
    assert "checked" not in {entry.role for entry in entries}


def test_a_card_says_all_that_is_known_in_the_order_of_its_weight() -> None:
    one = found(SHELTER, Open(NOW.replace(hour=18)), 0.8)
    assert [(entry.role, _plain(entry.text)) for entry in card(one, CLOCK, FRENCH)] == [
        ("name", "CCAS de St-Denis"),
        ("open", "Ouvert jusqu'à 18 h"),
        ("where", "Où : 12 av. du Gal Leclerc, 93200 Saint-Denis (à 800 m, environ 15 minutes à pied)"),
        ("phone", "Téléphone : 01 48 00 00 01, prix d'un appel normal"),
        ("papers", "À apporter : Pièce d'identité"),
        ("languages", "Langues : français, arabe"),
        ("checked", "Vérifié le 2 novembre 2026"),
    ]


def test_a_source_s_own_words_keep_the_french_voice_in_english() -> None:
    papers = next(entry for entry in card(found(SHELTER), CLOCK, ENGLISH) if entry.role == "papers")
    assert [(each.language, each.words) for each in papers.said] == [("en", "Bring: "), ("fr", "Pièce d'identité")]


def test_a_name_that_the_screen_has_no_letters_for_is_said_in_its_own_voice_and_shown_by_its_structure() -> None:
    named = msgspec.structs.replace(SHELTER, name="مركز الاستقبال")
    assert name_shown(named) == "CCAS de St-Denis"
    assert name_said(named) == Sentence("ar", "مركز الاستقبال")
    bare = msgspec.structs.replace(named, structure=Structure(name=""))
    assert name_shown(bare) == "Saint-Denis"


def test_what_a_source_writes_in_another_script_is_said_in_its_voice_and_never_shown_as_boxes() -> None:
    place = msgspec.structs.replace(SHELTER.place, street="شارع الحرية")
    service = msgspec.structs.replace(SHELTER, papers="بطاقة الهوية", place=place, structure=Structure(name="جمعية"))
    entries = card(found(service, Unknown(Reason.COMMENT, "بموعد")), CLOCK, FRENCH)
    assert [(one.role, _plain(one.text)) for one in entries][:5] == [
        ("name", ""),
        ("open", "Horaires à vérifier"),
        ("where", "Où : 93200 Saint-Denis"),
        ("phone", "Téléphone : 01 48 00 00 01, prix d'un appel normal"),
        ("papers", "À apporter : à écouter au combiné"),
    ]
    said = {one.role: [(each.language, each.words) for each in one.said] for one in entries}
    assert said["name"] == [("ar", "جمعية")]
    assert said["papers"] == [("fr", "À apporter\u00a0: "), ("ar", "بطاقة الهوية")]
    assert said["where"] == [("fr", "Où\u00a0: "), ("ar", "شارع الحرية"), ("fr", "Saint-Denis")]


def test_an_address_in_capitals_is_shown_calmly() -> None:
    place = msgspec.structs.replace(SHELTER.place, street="12 RUE DE LA GARE", extra="BÂT A", commune="NICE")
    loud = msgspec.structs.replace(SHELTER, place=place, papers="CARTE D'IDENTITÉ OBLIGATOIRE")
    shown = {one.role: _plain(one.text) for one in card(found(loud), CLOCK, FRENCH)}
    assert shown["where"] == "Où : 12 Rue de la Gare, Bât A, 93200 Nice"
    assert shown["papers"] == "À apporter : Carte d'Identité Obligatoire"


def test_a_name_of_any_length_is_whole_on_its_card_and_shortened_in_a_list() -> None:
    name = " ".join(["Permanence d’accès aux soins de santé"] * 6)
    service = msgspec.structs.replace(SHELTER, name=name)
    assert (name_shown(service), name_said(service).words) == (name, name)
    assert len(name_said(service, NAME_LONGEST).words) <= NAME_LONGEST + 1


def test_a_list_has_room_for_the_distance_behind_every_state() -> None:
    def notes(openness: Openness) -> list[str]:
        seen = (brief(found(SHELTER, openness, 0.8), CLOCK, tongue) for tongue in (FRENCH, ENGLISH))
        return [_plain(f"{state} · {far}") for state, far, _ in seen]

    assert notes(HolidayCheck(date(2026, 4, 28), "saint_peter_chanel")) == [
        "Jour férié : à vérifier · 800 m",
        "Public holiday: check · 800 m",
    ]
    assert notes(Unknown(Reason.CLOCK)) == ["Heure inconnue · 800 m", "Time not known · 800 m"]
    assert notes(Unknown(Reason.COMMENT, "sur RDV"))[0] == "Horaires : sur RDV · 800 m"
    assert notes(Unknown(Reason.COMMENT, "sur rendez-vous pris la veille")) == [
        "Horaires à vérifier · 800 m",
        "Opening times to be checked · 800 m",
    ]
    assert notes(Unknown(Reason.NO_HOURS)) == ["Horaires inconnus · 800 m", "Opening times not known · 800 m"]


@pytest.mark.parametrize("tongue", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_a_record_that_says_everything_is_said_in_either_language(tongue: Tongue) -> None:
    entries = card(found(FULL, Open(None), 1.2), CLOCK, tongue)
    assert {entry.role for entry in entries} >= {"name", "open", "where", "phone", "how", "who", "papers", "cost"}
    for entry in entries:
        assert entry.text
        assert entry.said
        assert "{" not in entry.text


def test_who_may_come_is_said_with_its_strength() -> None:
    service = msgspec.structs.replace(
        SHELTER,
        audiences=(Audience(who="femmes", strength=Strength.EXCLUSIVE), Audience(who="familles")),
        gender=Gender.WOMEN,
        age_min=18,
        fees=Fees.FREE,
    )
    entries = {entry.role: _plain(entry.text) for entry in card(found(service), CLOCK, FRENCH)}
    assert entries["who"] == "Seulement pour : femmes, à partir de 18 ans"
    assert entries["cost"] == "Gratuit"


def test_room_is_said_as_far_as_it_is_known() -> None:
    full = replace(found(SHELTER), room=Room.FULL)
    assert [entry.text for entry in card(full, CLOCK, FRENCH) if entry.role == "room"] == ["C\u2019est complet"]
    assert [entry for entry in card(found(SHELTER), CLOCK, FRENCH) if entry.role == "room"] == []


@pytest.mark.parametrize(
    ("km", "shown", "said", "on_foot"),
    [
        (None, "", "", ""),
        (0.04, "tout près", "tout près", ""),
        (0.44, "à 400 m", "à 400 mètres", "environ 5 minutes à pied"),
        (1.1, "à environ 1 km", "à environ un kilomètre", "environ 20 minutes à pied"),
        (3.4, "à environ 3 km", "à environ 3 kilomètres", "environ une heure à pied"),
        (11.7, "à environ 12 km", "à environ 12 kilomètres", ""),
    ],
)
def test_how_far_it_is(km: float | None, shown: str, said: str, on_foot: str) -> None:
    assert (distance(km, FRENCH), distance(km, FRENCH, aloud=True), walk(km, FRENCH)) == (shown, said, on_foot)


def test_days_and_times_are_said_as_people_say_them() -> None:
    assert day_words(date(2026, 11, 1), FRENCH) == "1er novembre 2026"
    assert day_words(date(2026, 11, 1), ENGLISH) == "1 November 2026"
    midnight = NOW.replace(hour=0)
    assert (time_words(midnight, FRENCH, aloud=True), time_words(midnight, ENGLISH, aloud=True)) == (
        "minuit",
        "midnight",
    )


def test_a_national_line_without_an_address_is_for_the_whole_country() -> None:
    where = next(entry for entry in card(found(LINE_115), CLOCK, FRENCH) if entry.role == "where")
    assert where.text == "Par téléphone, partout en France"


def test_hours_that_nobody_understood_are_not_guessed() -> None:
    service = msgspec.structs.replace(SHELTER, hours=Hours(text="le matin"))
    assert opening(found(service, Unknown(Reason.NOT_UNDERSTOOD)), CLOCK, FRENCH) == ("Horaires inconnus", "unknown")


def test_a_list_says_state_and_distance_in_one_short_line() -> None:
    assert [
        _plain(" · ".join(filter(None, brief(found(SHELTER, one, km), CLOCK, FRENCH)[:2])))
        for one, km in (
            (Open(NOW.replace(hour=18)), 0.8),
            (Closed(NOW + timedelta(days=1)), 12.3),
            (Unknown(Reason.NO_HOURS), 3.0),
            (Open(NOW.replace(hour=18)), None),
        )
    ] == ["Ouvert · 800 m", "Fermé · 12 km", "Horaires inconnus · 3 km", "Ouvert jusqu'à 18 h"]
    assert brief(found(FREE_LINE, Open(None)), CLOCK, FRENCH) == ("À vérifier", "", "check")


def test_nine_languages_an_interpreter_and_an_extension_are_all_told() -> None:
    many = msgspec.structs.replace(
        SHELTER,
        languages=("fr", "en", "ar", "es", "pt", "ru", "uk", "ps", "ti"),
        interpreting="par téléphone",
        phones=(Phone(number="0148000001", extension="12", cost=Cost.STANDARD),),
    )
    told = {entry.role + entry.text[:5]: entry for entry in card(found(many), CLOCK, FRENCH)}
    assert _plain(told["languagesLangu"].text) == (
        "Langues : français, anglais, arabe, espagnol, portugais, russe, ukrainien, pachto, tigrigna"
    )
    assert _plain(told["languagesInter"].text) == "Interprète : par téléphone"
    assert _plain(told["phoneTélép"].text) == "Téléphone : 01 48 00 00 01, poste 12, prix d'un appel normal"
    assert told["phoneTélép"].said[0].words.endswith("zéro 1, poste 12, prix d’un appel normal")
