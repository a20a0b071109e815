"""What people write about opening times and means more than one thing: it is not guessed at."""

import pytest

from kiosk.directory.hours.french import MAX_CHARS, understood


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9h-12h",  # of which days
        "lundi 9-12",  # hours, or the 9th to the 12th
        "lundi 9h, 10h, 14h, 16h",  # when sessions begin
        "lundi à 9h",
        "lundi 9h12h",
        "lundi 12h-12h",
        "lundi 14h-7h",  # 17 h, surely; but which of the two is wrong
        "lundi 2h-5h",  # of the afternoon, surely
        "lundi 9h-12h et 11h-14h",
        "lundi 25h-26h",
        "lundi 8:-11:",
        "mardi-jeudi 9h-12h",  # is Wednesday among them
        "lundi ou mardi 9h-12h",
        "lundi 9h-12h mardi",
        "lundi matin",
        "lundi matin 14h-17h",
        "tous les matins",
        "tous les matins de 9h à 12h",  # with Sunday, or of the working week
        "lundi au samedi inclus le dimanche 9h-12h",
        "lundi 9 heures 12 à 17 heures 30 euros",
        "tous les soirs de 9h à 12h",
        "toutes les nuits",
        "tous les soirs de 18h à 20h du lundi au vendredi",
        "L-M 9h-12h",  # mardi, or mercredi
        "L/M/J 9h-12h",
        "L'accueil a lieu 9h-12h",
        "LMMJVS 9h-12h",
        "lundi : matin 14h-17h",
        "lundi au vendredi 9h-17h, samedi 9h-12h (sauf juillet et août)",  # the Saturday alone, or all
        "lundi 9h-17h, samedi 9h-12h (hors vacances scolaires)",
        "lundi au jeudi 9h-17h (16h le vendredi)",  # from when
        "lundi au vendredi 9h-12h (8h le vendredi)",
        "lundi au vendredi 9h-17h (16h le 1er vendredi du mois)",
        "un lundi de 9h à 12h",  # which
        "1er et 3ème lundi 9h-12h",  # of what
        "jours ouvrables 9h-17h",  # with Saturday in the law, without in most mouths
        "toute la semaine 9h-17h",
        "9h-12h lundi 14h-17h",
        "lundi 9h-17h, nocturne le jeudi jusqu'à 20h",  # from when
        "lundi au vendredi 9h-17h, nocturne le jeudi jusqu'à 16h",
        "lundi au vendredi 9h-17h, nocturne le jeudi jusqu'à 20h en juillet",
        "lundi au vendredi 9h-17h (nocturne le jeudi jusqu'à 20h sauf juillet)",
        "lundi au vendredi 9h-17h, nocturne le 1er jeudi du mois jusqu'à 20h",
        "lundi au vendredi 9h-17h, nocturne le jeudi jusqu'à 20h pour les expositions",
        "lundi au vendredi 9h-17h, nocturne jusqu'à 20h",
        "lundi au vendredi 9h-12h. Jeudi 14h-17h. Nocturne le jeudi jusqu'à 20h",
        "lundi 9h-12h. Vacances scolaires : lundi 14h-17h",  # besides, or instead
        "lundi et mardi 9h-12h. Vacances scolaires : lundi 9h-17h",  # and on Tuesdays
        "lundi 9h-12h l'après-midi",
        "lundi : fermé\nmardi : idem",
        "lundi : 9h-12h sur rendez-vous\nmardi : idem",
        "lundi 9h-12h. Horaires de la piscine : mardi 9h-12h",
        "lundi 9h-12h, ouvert à tous les adhérents",
        "Hiver : lundi 9h-12h",
        "lundi 9h-17h / fermé",
        "lundi : fermé / 9h-12h",
        "lundi : matin fermé, 9h-12h",
        "lundi 9h-17h, après-midi fermé",
        "lundi 9h-17h, sur rendez-vous l'après-midi",
        "lundi 9h-12h et 14h-17h. Mardi 9h-12h, sur rendez-vous l'après-midi",  # and Monday's
        "lundi 9h-12h, vendredi jusqu'à 16h",
        "lundi au vendredi 9h-12h et 14h-17h, vendredi jusqu'à 12h",
        "lundi au jeudi 9h-17h, vendredi 9h-12h, vendredi jusqu'à 16h",
        "1er lundi du mois 9h-12h. Fermé le 2e lundi du mois",
        "lundi 9h-12h. Fermé le 1er lundi du mois de 9h à 10h",
        "1er mardi du mois 9h-12h, jeudi idem",  # each Thursday, or the first
        "lundi 9h-18h, dernière entrée à 17h30",  # who comes at a quarter to six walks in vain
        "lundi au vendredi 9h-17h sauf mercredi 9h-12h",  # only then, or not then
        "lundi au vendredi 9h-17h, fermé le mercredi matin",  # until when is the morning
        "mercredi au samedi : 10h-12h / jeudi : 14h-18h",  # besides, or instead
        "lundi 9h-12h (14h-17h)",
        "lundi 14h-17h, en juillet et août lundi 10h-12h",  # and after noon in July
        "lundi et mardi 9h-17h. En août : lundi 9h-12h",  # and on Tuesdays in August
        "lundi 9h-17h de juillet à août lundi 9h-12h",  # which of them in July
        "lundi 9h-17h, de juillet à août, lundi 9h-12h",
        "lundi au vendredi 9h-17h sauf jours fériés, en août mardi au samedi 9h-12h",
        "de mai à juin lundi 9h-12h. Fermé les jours fériés. De juillet à avril lundi 9h-11h",
        "lundi 9h-12h, fermé les jours fériés sauf le 8 mai",  # open then
        "lundi 9h-12h. Fermé vacances scolaires sauf août",
        "tous les jours sauf jeudi 9h-11h et dimanche 14h-16h",  # besides on Sundays, or instead
        "lundi 9h-12h dès septembre",
        "lundi 9h-12h des septembre",
        "lundi 14h-17h le 1er mai",
        "lundi 08/12 au 12/12 9h-10h",  # of one year
        "lundi au vendredi 9h-17h fermé l'après-midi",
        "lundi 9h-12h ou sur rendez-vous, mardi 14h-17h",
        "lundi 09/12 au 14/18",
        "samedi à 10h - 12h - 14h - 16h",  # when sessions begin
        "lundi au vendredi 9h-12h, samedi compris",
        "lundi 9h-12h ; 1er lundi du mois 14h-17h",
        "lundi 9h-12h, pendant les vacances de Noël fermé",
        "été : lundi 9h-12h",
        "lundi 9h-12h, ouvert en août",  # only, or too
        "lundi 9h-12h Par courrier service suspendu",
        "le 7/7 de 9h à 12h",  # seven days of seven, or the 7th of July
        "fermé le lundi",  # and else
        "Fermé",
        "lundi 9h-12h sauf exception",
        "lundi 9h-12h environ",
        "Lundi 9h-17h. La structure n'est plus ouverte aux publics",
        "lundi 9h-12h Par téléphone mardi 14h-17h",
        "accueil téléphonique du lundi au vendredi de 9h à 12h",
        "Pas totalement définies : lundi 9h-12h",
        "le lundi 3 de 9h à 12h",
        "Du 15/06 : lundi 9h-12h",
        "lundi 9h-12h le 31 février",
        "vendredi 10/12 14:00-17:00",  # ten to twelve, or the 10th of December
        "mercredi 25 mars de 9h à 12h",  # of one year, surely; but of which
        "lundi 9h-12h par téléphone",  # the door is shut then, or not
        "Accueil : lundi 9h-12h. Secrétariat : mardi 14h-17h",  # two services
        "Accueil des femmes : lundi 9h-12h",  # not for all
        "Plan grand froid : tous les soirs 19h-8h",  # not always
        "lundi vendredi 9h-17h",  # two days, or five
        "lundi mardi 9h-17h",  # or a line of the table that is empty
        "lundi, mardi vendredi 9h-17h",  # from Tuesday on, or a comma is missing
        "lundi, mercredi et jeudi vendredi 9h-17h",
        "lundi mardi, mercredi, vendredi 9h-17h",
        "lundi <s>9h-12h</s> 14h-17h",  # struck out
        "lundi 9h-18h, mardi 9h-17h (fermé de 12h à 13h)",  # on which of them
        "lundi au vendredi 9h-18h, fermé de 12h à 14h le mercredi",
        "lundi 9h-12h 14h-17h, fermé l'après-midi",
        "Semaine paire : lundi 9h-12h. Jeudi 14h-17h.",  # in odd weeks too
        "lundi 9h-12h sur rdv, 14h-17h",  # and the second
        "lundi 9h-12h et 8h-11h mardi 14h-17h",
        "lundi au samedi 9h-17h sauf jours fériés et samedi de 9h à 12h",
        "tous les jours 9h-12h 14h-18h sauf le dimanche et le lundi matin",  # Sunday all day, or its morning
        "Le reste de l'année : lundi 9h-12h",  # the rest of what
        "du lundi au vendredi 9h-12h. En juillet et août, fermé le lundi",
        "lundi 9h-12h. Fermé en août. En juillet",
        "lundi 9h-17h, mercredi 9h-12h sauf août",  # closed on Mondays too, or not
        "lundi 9h-17h (sauf août), mercredi 9h-12h",  # closed on Wednesdays in August too, or not
        "lundi 9h-17h hors vacances scolaires, mercredi 9h-12h",
        "lundi sauf vacances scolaires 9h-17h, mercredi 9h-12h",
        "lundi 9h-17h, fermé en août, mercredi 9h-12h",
        "nuit du samedi au dimanche 22h-6h",  # one night
        "du samedi au dimanche 22h-6h",  # one night, or two
        "Ouvert le lundi, fermé le mardi, mercredi 9h-12h",  # on Monday, when
        "lundi au vendredi 9h-17h sauf mercredi de juin à août",  # all of it in summer, or closed on those Wednesdays
        "de septembre à juin lundi 9h-12h sauf jours fériés, juillet et août mardi 9h-12h",
        "De mai à juin : tous les jours 9h-19h. De juillet à avril : tous les jours 9h-17h. Fermé le lundi.",  # when
        "lundi au samedi 9h-12h et lundi au vendredi 14h-17h sauf mercredi",  # the afternoon alone, or all day
        "lundi au vendredi 9h-17h, samedi 9h-12h (juillet et août : fermé)",  # the Saturday alone, or all
        "x" * (MAX_CHARS + 1),
    ],
)
def test_not_understood_rather_than_guessed(text: str) -> None:
    found = understood(text)
    assert (found.osm, found.text) == (None, text)
    assert found.why
