"""What stands before the times: a place's name, which says nothing of them, or one of its services, which does."""

import pytest

from kiosk.directory.hours.french import understood

MONDAY = "Mo 09:00-12:00"


@pytest.mark.parametrize(
    "before",
    [
        "Accueil",
        "Accueil de jour",
        "Accueil physique",
        "Horaires d'ouverture de la mairie",
        "Mairie de Laxou",
        "Antenne d'Epernay",
        "Centre médical",
        "Maison de santé",
        "Centre de planning familial",
        "Planning familial",
        "Mission locale",
        "France services",
        "Espace jeunesse",
        "Point d'accès au droit",
        "Épicerie sociale et solidaire",
        "Consultations de médecine générale",
        "Distribution alimentaire",
        "Distribution de repas chauds",
        "Aide alimentaire",
        "Permanence",
        "Permanence sociale",
        "Une permanence hebdomadaire",
        "La piscine est ouverte",
        "Les services administratifs de la mairie sont ouverts",
        "La vestiboutique est ouverte",
        "La bibliothèque reste ouverte",
        "La nouvelle maison France services est ouverte au public",
        "La « Maison » est ouverte",
        "Une permanence est assurée",
        "Une permanence se tient",
        "Des permanences ont lieu",
        "La distribution s'effectue",
        "Elles sont ouvertes",
        "Uniquement",
    ],
)
def test_the_name_of_a_place_changes_nothing_in_its_hours(before: str) -> None:
    assert understood(f"{before} le lundi de 9h à 12h").osm == MONDAY
    assert understood(f"{before} : le lundi de 9h à 12h").osm == MONDAY


@pytest.mark.parametrize(
    "before",
    [
        "Douches",
        "Bagagerie",
        "Laverie",
        "Consigne",
        "Domiciliation",
        "Vestiaire",
        "Petit-déjeuner",
        "Petits déjeuners",
        "Repas",
        "Repas de midi",
        "Soupe populaire",
        "Atelier numérique",
        "Standard",
        "Standard téléphonique",
        "Secrétariat",
        "Ligne d'écoute",
        "Permanence téléphonique",
        "Permanence juridique",
        "Permanence emploi",
        "Permanence des élus",
        "Accueil juridique",
        "Accueil médical",
        "Accueil des femmes",
        "Accueil femmes",
        "Urgences",
        "Urgence",
        "Centre social : permanence juridique",
        "Centre social\npermanence juridique",
        "Médiathèque Jeunesse",
        "Bibliothèque Enfants",
        "Centre social Femmes",
        "MAIRIE DES ENFANTS",
        "La douche est ouverte",
        "La piscine n'est plus ouverte",
        "La piscine sera ouverte",
        "L'accueil n'est pas assuré",
        "Conseiller disponible",
        "Fermé uniquement",
    ],
)
def test_the_hours_of_one_service_are_not_those_of_the_place(before: str) -> None:
    assert understood(f"{before} le lundi de 9h à 12h").osm is None
    assert understood(f"{before} : le lundi de 9h à 12h").osm is None


def test_a_service_after_the_hours_of_the_place_is_not_passed_over() -> None:
    assert understood("Accueil : lundi 9h-12h. Permanence juridique : mardi 14h-17h").osm is None
    assert understood("La médiathèque est ouverte le lundi 9h-12h. La piscine est ouverte le mardi 9h-12h").osm is None


def test_when_the_telephone_is_answered_is_handed_back_behind_the_hours_of_the_door() -> None:
    found = understood("Accueil physique : lundi 9h-12h. Accueil téléphonique : du lundi au vendredi de 9h à 17h")
    assert found.osm == MONDAY
    assert found.rest == "Accueil téléphonique : du lundi au vendredi de 9h à 17h"
    assert understood("Mairie\nlundi 9h-12h\nAccueil téléphonique\nmardi 9h-12h").osm == MONDAY
    found = understood("Lundi 9h-12h. L'accueil téléphonique est assuré le mardi de 9h à 17h.")
    assert (found.osm, found.rest) == (MONDAY, "L'accueil téléphonique est assuré le mardi de 9h à 17h.")


@pytest.mark.parametrize(
    "text",
    [
        "lundi 9h-12h\naccueil téléphonique",  # perhaps it is this that was spoken of
        "lundi 9h-12h\naccueil téléphonique\nmardi 9h-12h",  # of what is before, or of what comes
        "lundi 9h-12h. Accueil téléphonique mardi 9h-12h. Mercredi 9h-12h",
        "lundi 9h-12h\nAccueil téléphonique :\nmardi 9h-12h\nmercredi 9h-12h",
        "lundi 9h-12h. Accueil téléphonique : mardi 9h-12h. Fermé en août",
        "lundi 9h-12h, accueil téléphonique le mardi 9h-12h",
        "lundi 9h-12h. L'accueil téléphonique est fermé le mardi",
        "lundi 9h-12h. L'accueil téléphonique est assuré le mardi 9h-12h et la mairie est ouverte le mercredi 9h-12h",
        "Accueil téléphonique : lundi 9h-12h. Accueil physique : mardi 9h-12h",
    ],
)
def test_what_may_be_of_the_telephone_or_of_the_door_is_refused(text: str) -> None:
    assert understood(text).osm is None


def test_what_is_closed_is_the_place_that_was_spoken_of_or_the_text_is_refused() -> None:
    hours = "est ouverte du lundi au vendredi 9h-12h."
    assert (
        understood(f"La bibliothèque {hours} La bibliothèque est fermée le mercredi").osm == "Mo,Tu,Th,Fr 09:00-12:00"
    )
    assert understood(f"La bibliothèque {hours} La piscine est fermée le mercredi").osm is None
    assert understood(f"La bibliothèque {hours} La cafétéria est fermée le mercredi").osm is None
