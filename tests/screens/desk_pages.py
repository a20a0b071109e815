"""Pages of the social worker's mode as the switchboard sends them, with names as long as real ones are."""

from kiosk.guide.page import Line
from kiosk.guide.worker_page import Action, Chip, Day, Row, WorkerPage, WorkerView
from tests.screens.leaves import LONG_NAME, LONG_WORD, VCARD

FILTERS_SET = (
    Chip("need", "Besoins", "Dormir ce soir, manger", is_on=True),
    Chip("audience", "Public"),
    Chip("language", "Langues", "arabe", is_on=True),
    Chip("open", "Ouvert"),
    Chip("radius", "Distance", "30 km", is_on=True),
)
ROWS = (
    Row("a", "115 Samu social", "national", "Ouvert jour et nuit", "open", "115", is_kept=True),
    Row("b", LONG_NAME, "Villeurbanne · à environ 12 km · local", "Fermé. Ouvre demain à 9 h", "closed"),
    Row("c", LONG_WORD, "à 800 m", "Horaires inconnus", "unknown", is_unsure=True),
)
FILTER, CLEAR, LIST, CLOSE, BACK = (
    Action("filters", "Filtrer"),
    Action("clear", "Tout effacer"),
    Action("short_list", "Sélection (3)"),
    Action("close", "Fermer"),
    Action("back", "Retour"),
)

SEARCH = WorkerPage(
    view=WorkerView.SEARCH,
    language="fr",
    title="Recherche",
    text="dormir ce soir avec un chien et deux enfants",
    place="Villeurbanne",
    filters=FILTERS_SET,
    rows=ROWS,
    actions=(FILTER, CLEAR, LIST, CLOSE),
    kept=3,
    number=1,
    of=4,
)
SEARCH_LATER = WorkerPage(
    view=WorkerView.SEARCH, language="fr", title="Recherche", filters=FILTERS_SET, rows=ROWS[1:],
    actions=(FILTER, CLEAR, CLOSE), number=2, of=3, place="Depuis ici",
)  # fmt: skip
SEARCH_EMPTY = WorkerPage(
    view=WorkerView.SEARCH,
    language="en",
    title="Search",
    filters=tuple(Chip(chip.name, chip.title) for chip in FILTERS_SET),
    actions=(Action("clear", "Clear all"), Action("close", "Close")),
    notice="The directory cannot be read now.",
    tone="check",
)
FILTERS = WorkerPage(
    view=WorkerView.FILTERS,
    language="fr",
    title="Filtres",
    filters=(Chip("need", "Besoins", "Dormir ce soir, manger, se laver", is_on=True), *FILTERS_SET[1:]),
    actions=(CLEAR, LIST, Action("search", "Résultats"), CLOSE),
    kept=3,
)
CHOOSE = WorkerPage(
    view=WorkerView.CHOOSE,
    language="fr",
    title="Besoins",
    choices=(
        Chip("1", "Rechercher une solution d\u2019hébergement temporaire", is_on=True),
        Chip("2", "Violences"),
        Chip("3", "Alimentation"),
        Chip("4", "Accompagnement aux démarches administratives"),
        Chip("5", "Santé", is_on=True),
        Chip("6", "Logement"),
    ),
    actions=(LIST, Action("search", "Résultats"), CLOSE),
    number=2,
    of=14,
)
CARD = WorkerPage(
    view=WorkerView.CARD,
    language="fr",
    title="Accueil de jour Saint-Vincent, Villeurbanne",
    lines=(
        Line("open", "Ouvert jusqu\u2019à 17\u00a0h\u00a030", "open"),
        Line("where", "Où : 12 rue de la République, 69100 Villeurbanne (à 800\u00a0m)"),
        Line("phone", "Téléphone : 04\u00a078\u00a000\u00a000\u00a000"),
        Line("who", "Seulement pour : femmes, familles"),
        Line("papers", "À apporter : une pièce d\u2019identité"),
    ),
    qr=VCARD,
    actions=(
        Action("keep", "Sélectionner"),
        Action("print", "Imprimer"),
        Action("send", "Envoyer par SMS"),
        Action("wrong", "Signaler une erreur"),
        LIST,
        BACK,
        CLOSE,
    ),
    kept=2,
)
SHORT_LIST = WorkerPage(
    view=WorkerView.SHORT_LIST,
    language="fr",
    title="Sélection",
    rows=ROWS,
    actions=(Action("compare", "Comparer les horaires"), Action("print", "Imprimer"), BACK, CLOSE),
    kept=3,
    notice="Merci. L\u2019erreur sera transmise à la plateforme.",
    tone="good",
)
COMPARE = WorkerPage(
    view=WorkerView.COMPARE,
    language="fr",
    title="Horaires comparés",
    columns=("Accueil de jour Saint-Vincent", LONG_NAME),
    days=tuple(
        Day(f"{name} {23 + at} novembre", ("9 h \u2013 12 h, 14 h \u2013 17 h 30", "fermé" if at else "?"))
        for at, name in enumerate(("Aujourd\u2019hui", "Mardi", "Mercredi", "Jeudi"))
    ),
    actions=(Action("print", "Imprimer"), LIST, BACK, CLOSE),
    number=1,
    of=2,
)
COMPARE_WEEK = WorkerPage(
    view=WorkerView.COMPARE,
    language="en",
    title="Hours side by side",
    columns=("Shelter", "Kitchen", "Doctor"),
    days=tuple(
        Day(f"{name} {23 + at} November", ("9:00 \u2013 12:00", "closed", "?"))
        for at, name in enumerate(("Today", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))
    ),
    actions=(Action("back", "Back"), Action("close", "Close")),
)
WRONG = WorkerPage(
    view=WorkerView.WRONG,
    language="fr",
    title="Qu\u2019est-ce qui est faux\u00a0?",
    lines=(Line("name", "Accueil de jour Saint-Vincent"),),
    actions=(
        Action("report", "Le numéro est faux", "number"),
        Action("report", "Les horaires sont faux", "hours"),
        Action("report", "L\u2019adresse est fausse", "address"),
        Action("report", "N\u2019existe plus", "closed"),
        Action("report", "Autre chose", "other"),
        LIST,
        BACK,
        CLOSE,
    ),
)
ALL: dict[str, WorkerPage] = {name: value for name, value in list(globals().items()) if isinstance(value, WorkerPage)}
"""Every page above by its name."""
