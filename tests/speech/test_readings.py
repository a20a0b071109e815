"""What is written is read aloud as people say it."""

import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.speech import figures, readings, scripts
from kiosk.speech.readings import calm, number_aloud, number_shown, plain, shortened, spelled_out
from kiosk.speech.scripts import drawable, voice_of


def test_the_examples_hold() -> None:
    assert [doctest.testmod(module).failed for module in (figures, readings, scripts)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("CCAS DE ST ETIENNE", "C C A S De saint Etienne"),
        ("MAIRIE DE NICE", "Mairie De Nice"),
        ("MSAP MONTLOUIS-SUR-LOIRE", "M S A P Montlouis-Sur-Loire"),
        ("Mairie de MÉZIÈRES-EN-BRENNE", "Mairie de Mézières-En-Brenne"),
        ("toute urgence dans l'UE", "toute urgence dans l'U E"),
        ("Espace Infomedi@", "Espace Infomedia"),
        ("VIH, IST", "V I H, I S T"),
        ("CAF du Rhône", "Caf du Rhône"),
        ("SAMU social, SOS Amitié", "Samu social, S O S Amitié"),
        ("12 bis av. du Gal Leclerc, BP 12", "12 bis avenue du Général Leclerc, boîte postale 12"),
        ("Bd V. Hugo, pl. de la Mer", "Boulevard V. Hugo, place de la Mer"),
        ("il va mal, la mer est all right", "il va mal, la mer est all right"),
        ("9h-12h30 et 14 h", "9 heures à 12 heures 30 et 14 heures"),
        ("Tél. 01 45 39 40 00", "Téléphone zéro 1, 45, 39, 40, zéro zéro"),
        ("écrire à a@b.fr ou voir https://exemple.fr/x", "écrire à ou voir"),
        ("**RDV** <b>n° 3</b> / [carte](http://x)", "rendez-vous numéro 3, carte"),
        ("à 800 m, 20 €", "à 800 mètres, 20 euros"),
        (
            "2,50 €, 0,15 €/min, 10 €/mois, 1 €, 5,00 €",
            "2 euros 50, 15 centimes par minute, 10 euros par mois, 1 euro, 5 euros",
        ),
        ("24h/24, 7j/7 ; H24", "24 heures sur 24, 7 jours sur 7 ; 24 heures sur 24"),
        ("09:00-12:00 - 14h-17h", "9 heures à 12 heures, 14 heures à 17 heures"),
        ("18-25 ans, +60 ans, - de 26 ans, < 18 ans", "18 à 25 ans, plus de 60 ans, moins de 26 ans, moins de 18 ans"),
        ("à 10 min, 1,5 km, 12 m²", "à 10 minutes, 1,5 kilomètres, 12 mètres carrés"),
        ("depuis le 01/12/2026, 2-4 rue X", "depuis le 1er décembre 2026, 2-4 rue X"),
        ("LES RESTOS DU CŒUR", "Les Restos Du Cœur"),
        ("PASS, CSAPA, CIDFF 13", "Pass, cé-sapa, C I D F F 13"),
        # Ordinals and Roman figures: a voice says "3e" as "three e", and "XIIe" not at all.
        ("3e étage, 1re porte, 2nde, 2EME, 1ER", "3ème étage, 1ère porte, seconde, 2ème, 1er"),
        ("XIIe arr., rue Louis XIV, Pie XII", "12ème arrondissement, rue Louis 14, Pie 12"),
        ("M3E, E2C, 10 e-mails, IV", "M3E, E2C, 10 e-mails, 4"),
        # Loud addresses, loud names in calm texts, and acronyms with full stops.
        ("40 RUE DU 1ER RAC", "40 Rue Du 1er Rac"),
        ("PARIS 3E ARRONDISSEMENT", "Paris 3ème Arrondissement"),
        ("Marc DULOUT, BGE INDRE", "Marc Dulout, B G E Indre"),
        ("C.C.A.S. et A.D.I.L. 75", "C C A S et Adil 75"),
        ("Club Informatique (C.I.M.E 45)", "Club Informatique (C I M E 45)"),
        # What is written without a space.
        ("CCI28, BP10 035, 20bis rue X, CL2V", "C C I 28, boîte postale 10 035, 20 bis rue X, C L 2V"),
        ("tel0145394000", "téléphone zéro 1, 45, 39, 40, zéro zéro"),
        ("Imm. Le Louisiane, Bt B, 3 bvd Z..", "Immeuble Le Louisiane, Bâtiment B, 3 boulevard Z."),
        # Both genders, and one or several.
        ("étudiant.e.s, salarié.es, travailleurs.euses", "étudiants, salariés, travailleurs"),
        ("usager·ère, agent(s), isolé(e)s, suivi(e)", "usager, agents, isolés, suivi"),
        ("travailleur.euse, citoyen·nes, citoyen.ne.s, demandeur(euse)", "travailleur, citoyens, citoyens, demandeur"),
        ("Lib.Linux, accueil.fr, (1) et (a)", "Lib.Linux, accueil.fr, (1) et (a)"),
        ("Sur place.ne pas appeler", "Sur place.ne pas appeler"),
        ("", ""),
    ],
)
def test_abbreviations_and_acronyms_are_said_as_people_say_them(written: str, said: str) -> None:
    assert spelled_out(written) == said


@pytest.mark.parametrize(
    ("number", "shown", "french", "english"),
    [
        ("0145394000", "01 45 39 40 00", "zéro 1, 45, 39, 40, zéro zéro", "0 1, 4 5, 3 9, 4 0, 0 0"),
        ("+33145394000", "01 45 39 40 00", "zéro 1, 45, 39, 40, zéro zéro", "0 1, 4 5, 3 9, 4 0, 0 0"),
        ("0800190000", "0 800 19 00 00", "zéro 800, 19, zéro zéro, zéro zéro", "0, 8 0 0, 1 9, 0 0, 0 0"),
        ("0980098030", "09 80 09 80 30", "zéro 9, 80, zéro 9, 80, 30", "0 9, 8 0, 0 9, 8 0, 3 0"),
        ("3114", "3114", "31, 14", "3 1 1 4"),
        ("115", "115", "115", "1 1 5"),
        ("+68940415500", "+689 40 41 55 00", "plus 689, 40, 41, 55, zéro zéro", "6 8 9, 4 0, 4 1, 5 5, 0 0"),
        (
            "+262692000000",
            "+262 692 00 00 00",
            "plus 262, 692, zéro zéro, zéro zéro, zéro zéro",
            "2 6 2, 6 9 2, 0 0, 0 0, 0 0",
        ),
        ("116117", "116 117", "116, 117", "1 1 6, 1 1 7"),
    ],
)
def test_a_number_is_shown_and_said_as_the_country_does(number: str, shown: str, french: str, english: str) -> None:
    assert number_shown(number).replace(readings.NO_BREAK, " ") == shown
    assert number_aloud(number) == french
    assert number_aloud(number, "en") == english


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("CENTRE COMMUNAL D\u2019ACTION SOCIALE DE ST-DENIS", "Centre Communal d\u2019Action Sociale de St-Denis"),
        ("CCAS DE NICE", "CCAS de Nice"),
        ("40 RUE DU 1ER RAC", "40 Rue du 1er Rac"),
        ("FOYER JEAN XXIII", "Foyer Jean XXIII"),
        ("RESTOS DU CŒUR DES BOUCHES-DU-RHÔNE", "Restos du Cœur des Bouches-du-Rhône"),
        ("A.D.I.L. 75", "A.D.I.L. 75"),
        ("CCAS", "CCAS"),
        ("3919", "3919"),
        ("SOS Amitié", "SOS Amitié"),
        ("Mairie de NICE", "Mairie de NICE"),
    ],
)
def test_a_name_in_capitals_is_calmed_and_its_acronyms_stay(written: str, shown: str) -> None:
    assert calm(written) == shown


def test_a_script_has_its_voice_and_what_the_screen_cannot_draw_is_left_out() -> None:
    arabic = "مركز الاستقبال"
    assert [voice_of(each) for each in (arabic, "Дом", "Accueil", "3919", f"Accueil {arabic}")] == [
        "ar", "ru", "fr", "fr", "ar"
    ]  # fmt: skip
    assert [drawable(each) for each in (arabic, "Дом", f"Maison - {arabic}", "2e étage", "-")] == [
        "", "Дом", "Maison", "2e étage", ""
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("12, شارع الحرية", ""),
        ("Rue de la Liberté, شارع", "Rue de la Liberté"),
        ("☎ 01 45 39 40 00 😀 → accueil ★", "01 45 39 40 00 accueil"),
        ("Cafe\u0301 de l\u2019œuvre", "Café de l’œuvre"),
        ("ﬁnances, ① entrée", "finances, 1 entrée"),
        ("身份证", ""),
        ("Café\u0645\u0631 bleu", "bleu"),
        ("3919", "3919"),
        ("a\u202fb\u200ec", "a bc"),
        ("Đặng, Żółć, Ñandú, Ștefan", "Đặng, Żółć, Ñandú, Ștefan"),
    ],
)
def test_what_is_shown_has_no_sign_that_the_screen_lacks(written: str, shown: str) -> None:
    assert drawable(written) == shown


def test_what_is_shortened_ends_behind_a_sentence_or_a_word() -> None:
    assert shortened("Une phrase courte. Et une autre qui suit.", 24) == "Une phrase courte."
    assert shortened("Une phrase sans fin qui continue", 20) == "Une phrase sans fin…"
    assert shortened("court", 20) == "court"


@settings(max_examples=150)
@given(text=st.text(max_size=120))
def test_any_text_is_read_without_marks_and_stays_short(text: str) -> None:
    said = spelled_out(text)
    assert "\n" not in said
    assert len(shortened(plain(text), 40)) <= 40
