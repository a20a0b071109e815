"""The tree of needs that a person walks: groups in plain words, and under each a few plain wishes. Pure data.

Danger and shelter come first. Every need of ``config/directory/vocabulary.toml`` lies under some wish: a theme takes
in all that lies below it, and where a narrower wish stands beside it, the narrower one comes first. What each is
called: ``config/locales/*/guide.toml``, table ``need``.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wish:
    """A leaf: what is searched for when it is chosen."""

    name: str
    """Catalogue name ``need.<name>``."""
    needs: tuple[str, ...]
    """Of the vocabulary; a theme takes in all below it."""
    picture: str = ""
    """Pictogram; empty: its group's."""


@dataclass(frozen=True)
class Group:
    """A few wishes under one word."""

    name: str
    """Catalogue name ``need.<name>``."""
    picture: str
    wishes: tuple[Wish, ...]


_SLEEP = "logement-hebergement--"
_FAMILY = "famille--"
_VIOLENCE = _FAMILY + "surmonter-conflits-separation-violence"
_LAW = "difficultes-administratives-ou-juridiques--"
_COURT = _LAW + "prendre-en-compte-une-problematique-judiciaire"
_GOODS = "equipement-et-alimentation--"
_HEALTH = "sante--"
_MIND = _HEALTH + "sante-mentale"
_TIES = "remobilisation--lien-social"

GROUPS: tuple[Group, ...] = (
    Group(
        "danger",
        "shield",
        (
            Wish("danger_now", ("urgence--danger", "urgence--vitale", "urgence--incendie")),
            Wish("violence", (_VIOLENCE + "--violences", _VIOLENCE + "--violences-sexuelles", _COURT + "--victimes")),
            Wish("child", (_VIOLENCE + "--enfance-en-danger", "urgence--disparition"), "family"),
            Wish("abuse", (_VIOLENCE + "--maltraitance", _VIOLENCE + "--harcelement")),
        ),
    ),
    Group(
        "sleep",
        "bed",
        (
            Wish("sleep_tonight", (_SLEEP + "rechercher-une-solution-dhebergement-temporaire--ce-soir",)),
            Wish("sleep_weeks", (_SLEEP + "rechercher-une-solution-dhebergement-temporaire",)),
            Wish(
                "keep_home",
                (_SLEEP + "se-maintenir-dans-le-logement", _SLEEP + "reduire-les-impayes-de-loyer"),
                "home",
            ),
            Wish(
                "find_home",
                (
                    _SLEEP + "louer-un-logement",
                    _SLEEP + "changer-de-logement",
                    _SLEEP + "acheter-un-logement",
                    _SLEEP + "sinformer-sur-les-demarches-liees-a-lacces-au-logement",
                ),
                "home",
            ),
        ),
    ),
    Group(
        "eat",
        "food",
        (
            Wish("meal", (_GOODS + "alimentation--repas", _GOODS + "alimentation")),
            Wish("wash", (_GOODS + "hygiene",), "wash"),
            Wish("clothes", (_GOODS + "habillement",), "clothes"),
            Wish("household", (_GOODS + "electromenager", _GOODS + "aide-menagere"), "home"),
        ),
    ),
    Group(
        "health",
        "health",
        (
            Wish("doctor", (_HEALTH + "acces-aux-soins",)),
            Wish("addiction", (_HEALTH + "addictions",), "bottle"),
            Wish("sexual_health", (_HEALTH + "sante-sexuelle",)),
            Wish("disability", (_HEALTH + "constituer-un-dossier-mdph-invalidite",), "wheelchair"),
        ),
    ),
    Group(
        "talk",
        "talk",
        (
            Wish("suicide", (_MIND + "--suicide",), "lifebuoy"),
            Wish("listen", (_MIND + "--ecoute", _MIND)),
            Wish("alone", (_TIES + "--solitude", _TIES), "people"),
            Wish("grief", (_MIND + "--deuil",), "heart"),
        ),
    ),
    Group(
        "papers",
        "papers",
        (
            Wish(
                "paperwork",
                (
                    _LAW + "accompagnement-aux-demarches-administratives",
                    _LAW + "beneficier-dune-mesure-daccompagnement-adapte",
                ),
            ),
            Wish("rights", (_LAW + "accompagnement-pour-lacces-aux-droits",)),
            Wish(
                "citizenship",
                (_LAW + "accompagnement-pour-lacces-a-la-citoyennete",),
            ),
            Wish("justice", (_COURT, _LAW + "connaitre-ses-droits-face-a-une-discrimination"), "scales"),
        ),
    ),
    Group(
        "money",
        "money",
        (
            Wish("debt", ("difficultes-financieres--situation-dendettement-surendettement",)),
            Wish(
                "budget",
                (
                    "difficultes-financieres--acquerir-une-autonomie-budgetaire",
                    "difficultes-financieres--ameliorer-sa-gestion-budgetaire",
                ),
            ),
            Wish("money_short", ("difficultes-financieres--prevenir-une-degradation-de-la-situation-financiere",)),
            Wish("guardian", ("difficultes-financieres--mettre-en-place-une-mesure-de-protection-financiere",)),
        ),
    ),
    Group(
        "work",
        "work",
        (
            Wish("job", ("trouver-un-emploi", "preparer-sa-candidature")),
            Wish("trade", ("choisir-un-metier", "se-former"), "school"),
            Wish("business", ("creer-une-entreprise",)),
            Wish("abroad", ("souvrir-a-linternational",)),
        ),
    ),
    Group(
        "family",
        "family",
        (
            Wish("parents", (_FAMILY + "soutien-a-la-parentalite-et-a-leducation",)),
            Wish("child_care", (_FAMILY + "garde-denfants",)),
            Wish("carers", (_FAMILY + "soutien-aidants", _FAMILY + "prise-en-charge-personne-dependante")),
            Wish("separation", (_VIOLENCE,)),
        ),
    ),
    Group(
        "learn",
        "school",
        (
            Wish("french", ("lecture-ecriture-calcul--maitriser-le-francais",), "book"),
            Wish("sums", ("lecture-ecriture-calcul--maitriser-le-calcul",)),
            Wish("training", ("se-former",)),
        ),
    ),
    Group(
        "digital",
        "computer",
        (
            Wish("online", ("numerique--acceder-a-des-services-en-ligne",)),
            Wish("internet", ("numerique--acceder-a-une-connexion-internet",)),
            Wish("device", ("numerique--acquerir-un-equipement",), "mobile"),
            Wish("digital_basics", ("numerique--maitriser-les-fondamentaux-du-numerique",)),
        ),
    ),
    Group(
        "move",
        "bus",
        (
            Wish(
                "travel",
                (
                    "mobilite--mobilite-douce-partagee-collective",
                    "mobilite--financer-ma-mobilite",
                    "mobilite--etre-accompagne-dans-son-parcours-mobilite",
                ),
            ),
            Wish("licence", ("mobilite--preparer-un-permis",)),
            Wish("vehicle", ("mobilite--acceder-a-un-vehicule", "mobilite--entretenir-reparer-son-vehicule")),
            Wish(
                "activities",
                (
                    "remobilisation--activites-sportives-et-culturelles",
                    "remobilisation--benevolat-action-citoyenne",
                    "remobilisation--bien-etre-confiance-en-soi",
                ),
                "people",
            ),
        ),
    ),
)
"""First the most pressing; four a page."""

_BY_NAME = {wish.name: (group, wish) for group in GROUPS for wish in group.wishes}
_GROUPS_BY_NAME = {group.name: group for group in GROUPS}


def group_of(name: str) -> Group:
    """The group of that name. Raises: KeyError for a name that is not ours."""
    return _GROUPS_BY_NAME[name]


def wish_of(name: str) -> Wish:
    """The wish of that name. Raises: KeyError for a name that is not ours."""
    return _BY_NAME[name][1]
