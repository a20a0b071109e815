"""Plain speech read as needs, in three languages."""

import re

import pytest

from kiosk.directory.vocabulary import FOLDER, vocabulary
from kiosk.directory.words.lexicon import Sureness, lexicon, parsed
from kiosk.directory.words.meaning import Meaning, is_within, needs_in, said_in
from kiosk.directory.words.stemming import LANGUAGES
from kiosk.errors import BadInput

TONIGHT = "logement-hebergement--rechercher-une-solution-dhebergement-temporaire--ce-soir"
MEAL = "equipement-et-alimentation--alimentation--repas"
SUICIDE = "sante--sante-mentale--suicide"
LISTEN = "sante--sante-mentale--ecoute"
GRIEF = "sante--sante-mentale--deuil"
VIOLENCE = "famille--surmonter-conflits-separation-violence--violences"
CARE = "sante--acces-aux-soins"
FORMS = "difficultes-administratives-ou-juridiques--accompagnement-aux-demarches-administratives"


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("j'ai nulle part où dormir", TONIGHT),
        ("I have nowhere to sleep", TONIGHT),
        ("أين أنام", TONIGHT),
        ("j'ai faim", MEAL),
        ("je meurs de faim", MEAL),
        ("bghit nakol", MEAL),
        ("fin n3ess had lila", TONIGHT),
        ("بغيت ناكل", MEAL),
        ("mon mari me frappe", VIOLENCE),
        ("my husband hits me", VIOLENCE),
        ("راجلي كيضربني", VIOLENCE),
        ("ma mère est morte", GRIEF),
        ("j'ai perdu mes papiers", FORMS),
        ("j'ai pas de couverture maladie", CARE),
        ("je veux parler à quelqu'un", LISTEN),
        ("I can't sleep because of stress", LISTEN),
        ("bonjour", ""),
        ("", ""),
        ("3114", ""),
    ],
)
@pytest.mark.parametrize("interface", LANGUAGES)
def test_a_sentence_means_its_need_whatever_the_interface(text: str, need: str, interface: str) -> None:
    found = needs_in(text, interface)
    assert (found[0].need if found else "") == need


@pytest.mark.parametrize("text", ["je veux mourir", "je ne veux pas mourir", "I don't want to die", "لا أريد أن أموت"])
def test_a_word_of_danger_is_never_argued_away(text: str) -> None:
    assert needs_in(text, "fr")[0].need == SUICIDE
    assert needs_in(text, "fr")[0].weight == 1.0


@pytest.mark.parametrize("text", ["ou dormire ce soir", "dormri", "ebergemant pour dormir", "jai nul par ou dormir"])
def test_slips_and_spelling_by_ear_are_looked_past(text: str) -> None:
    assert TONIGHT in [meaning.need for meaning in needs_in(text, "fr")]


@pytest.mark.parametrize("said", ["يضربني", "ضربوني", "ضربتني", "بيضربني", "كيضربني", "كيضربوني", "تضربنا", "ضربوه"])
def test_an_arabic_verb_means_the_same_in_all_its_forms(said: str) -> None:
    assert needs_in(said, "ar")[0].need == VIOLENCE


def test_a_phrase_that_is_said_twice_is_read_at_both_places() -> None:
    """What stands at either of them is taken from shorter phrases, whichever comes first."""
    assert needs_in("kids at school bully my son", "en")[0].words == ("children", "school", "bully", "son")


def test_the_longer_phrase_takes_its_words_from_the_shorter_one() -> None:
    needs = {meaning.need: meaning.words for meaning in needs_in("j'ai pas de couverture maladie", "fr")}
    assert needs == {CARE: ("couverture", "maladie")}


def test_a_word_that_looks_like_the_stem_of_another_does_not_mean_it() -> None:
    assert needs_in("dans", "fr") == ()
    assert needs_in("danser", "fr")[0].need == "remobilisation--activites-sportives-et-culturelles"


@pytest.mark.parametrize(
    "text",
    [
        "depuis trois mois",
        "une grande guerre",
        "un temple",
        "l'eau de la cour",
        "مثل هذا",
        "نفسه",
        "the right one",
        "an exhibition",
    ],
)
def test_a_word_that_is_near_to_another_by_chance_does_not_mean_it(text: str) -> None:
    assert [meaning for meaning in needs_in(text, "fr") if meaning.weight >= 0.5] == []


@pytest.mark.parametrize(
    "text",
    [
        "je veux donner un coup de main",
        "mort de rire",
        "feu rouge",
        "taper au clavier",
        "il tape bien dans la balle",
        "le coup d'envoi",
        "faire du tir à l'arc",
        "l'attaque de l'équipe",
        "a flu shot",
        "my phone died",
        "to shoot a film",
        "tu me tues",
        "cette chaleur me tue",
        "je suis crevé",
        "un coup de chance",
        "ça vaut le coup",
        "je touche le RSA",
        "pendre le linge",
        "je suis suivie par une psychologue",
        "explosion des prix",
        "I am dying to see you",
        "the suspense is killing me",
        "a shot in the dark",
        "you are fired",
        "I miss my child",
        "smoked salmon",
        "أموت فيك",
        "قتلني البرد",
        "جدول الضرب",
        "الأسعار نار",
    ],
)
def test_an_idiom_is_no_danger(text: str) -> None:
    assert [meaning for meaning in needs_in(text, "fr") if meaning.weight == 1.0] == []


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("il me bat pour un rien", VIOLENCE),
        ("mon mari me frappe à la porte de l'école", VIOLENCE),
        ("je vais me couper les veines", SUICIDE),
        ("my father died and I want to die", SUICIDE),
        ("jvoudrai mourire", SUICIDE),
        ("bonne nuit, je veux mourir", SUICIDE),
        ("c'est pas la peine de vivre", SUICIDE),
        ("I want to die for real", SUICIDE),
        ("il tape dans la balle puis il me frappe", VIOLENCE),
        ("cette chaleur me tue, je veux mourir", SUICIDE),
        ("mon mari me tue à coups de poing", VIOLENCE),
        ("il touche le RSA et il me bat", VIOLENCE),
        ("I am dying to see you but he beats me", VIOLENCE),
        ("أموت فيك لكن زوجي يضربني", VIOLENCE),
    ],
)
def test_an_idiom_hides_no_danger_beside_it(text: str, need: str) -> None:
    assert (needs_in(text, "fr")[0].need, needs_in(text, "fr")[0].weight) == (need, 1.0)


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("jdors dehors", TONIGHT),
        ("kelkun peu mheberger", TONIGHT),
        ("jaifaim", MEAL),
        ("faiiiiim", MEAL),
        ("colis dalimentation", "equipement-et-alimentation--alimentation"),
        ("jentend des voix", "sante--sante-mentale"),
        ("i dont have food", MEAL),
        ("suissid", SUICIDE),
        ("le ménaje", "equipement-et-alimentation--aide-menagere"),
        ("خاصني فدار طبيب وطبيب", CARE),
    ],
)
def test_words_are_read_as_people_run_them_together(text: str, need: str) -> None:
    assert need in [meaning.need for meaning in needs_in(text, "fr")][:2]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("je suis une femme enceinte", ("familles", "femmes")),
        ("pour mon fils de 15 ans", ("familles", "jeunes")),
        ("j'ai 70 ans", ("seniors",)),
        ("je cherche depuis 20 ans", ()),
        ("I am a student", ("etudiants",)),
        ("réfugié, je sors de prison", ("personnes-en-situation-juridique-specifique", "personnes-exilees")),
        ("أنا لاجئ عمري \u0661\u0667 سنة", ("jeunes", "personnes-exilees")),
        ("personne handicapée", ("personnes-en-situation-de-handicap",)),
        ("où manger", ()),
        ("", ()),
    ],
)
def test_a_text_says_who_asks(text: str, who: tuple[str, ...]) -> None:
    assert said_in(text, "fr").audiences == who


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_for_who_asks(language: str) -> None:
    said = {phrase.need for phrases in lexicon(language).audiences.values() for phrase in phrases}
    assert said >= {
        "femmes",
        "familles",
        "jeunes",
        "seniors",
        "personnes-exilees",
        "personnes-en-situation-de-handicap",
    }


def test_two_needs_of_one_sentence_are_both_found() -> None:
    assert {meaning.need for meaning in needs_in("manger et prendre une douche", "fr")} >= {
        MEAL,
        "equipement-et-alimentation--hygiene",
    }


def test_each_other_phrase_of_a_need_makes_it_surer() -> None:
    one, two = needs_in("dormir", "fr")[0], needs_in("dormir, je suis sans abri", "fr")[0]
    assert (one.need, two.need) == (TONIGHT, TONIGHT)
    assert one == Meaning(TONIGHT, 0.7, ("dormir",))
    assert one.weight < two.weight < 1.0


def test_a_theme_takes_in_all_that_lies_below_it() -> None:
    assert [is_within(SUICIDE, theme) for theme in ("sante", "sante--sante-mentale", SUICIDE)] == [True, True, True]
    assert not is_within("sante--sante-mentale", SUICIDE)
    assert not is_within("sante-publique", "sante")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_need_can_be_asked_for_in_words(language: str) -> None:
    said = {phrase.need for phrases in lexicon(language).phrases.values() for phrase in phrases}
    assert {need for need in vocabulary().needs if not any(is_within(need, theme) for theme in said)} == set()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_label_of_a_need_means_it(language: str) -> None:
    for need, term in vocabulary().needs.items():
        label = {"fr": term.fr, "en": term.en}[language]
        found = [meaning.need for meaning in needs_in(label, language)]
        assert any(is_within(need, theme) for theme in found), (label, found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_is_used_and_every_spelling_stands_for_something_else(language: str) -> None:
    text = (FOLDER / "words" / f"{language}.toml").read_text(encoding="utf-8")
    groups = re.findall(r"^(\w+) = ", text.partition("[groups]")[2].partition("[needs")[0], re.MULTILINE)
    assert [group for group in groups if f"@{group}" not in text] == []
    assert [short for short, whole in lexicon(language).spellings.items() if whole == (short,)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_danger_is_said_by_a_group_of_words_alone(language: str) -> None:
    """A little word in a phrase falls away: "@partner find me" would be any husband."""
    every = {phrase for phrases in lexicon(language).phrases.values() for phrase in phrases}
    alone = [phrase for phrase in every if phrase.sureness is Sureness.DANGER and len(phrase.parts) == 1]
    assert [phrase for phrase in alone if len(phrase.parts[0]) > 2] == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'empty = "je"\n[needs.nonsense]\nsure = "x"', "no need is called 'nonsense'"),
        (b'empty = "je"\n[needs.numerique]\nsure = "je"', "'je' of numerique has little words alone"),
        (b'empty = "je"\n[needs.numerique]\nsure = "@who internet"', "no group is called '@who'"),
        (b'empty = "je"\n[needs.numerique]\nsure = "internet ?"', "has a part without a word"),
        (b'empty = "je"\n[needs.numerique]\nmaybe = "x"', "maybe"),
        (b'empty = "je"\n[audiences]\nnobody = "x"\n[needs.numerique]', "no audience is called 'nobody'"),
        (b"empty = 3", "words/fr.toml"),
        (b"\xff", "words/fr.toml"),
    ],
)
def test_a_wrong_entry_is_named(content: bytes, says: str) -> None:
    with pytest.raises(BadInput, match=re.escape(says)):
        parsed(content, "fr", vocabulary())


def test_a_word_marked_exact_is_not_meant_by_its_other_forms() -> None:
    book = parsed(b'empty = "je"\n[needs.numerique]\nsure = "=zutant"', "fr", vocabulary())
    assert "=zutant" in book.phrases
    assert "zut" not in book.stems
