"""Pages of the directory as the guide sends them, with names as long as real ones are."""

import msgspec

from kiosk.guide.page import Item, Line, Page, PageKind

BACK, MORE, PERSON = Item("#", "Retour"), Item("5", "Suite"), Item("0", "Une personne", picture="call")
LONG_NAME = "Centre communal d\u2019action sociale de Saint-Germain-en-Laye, accueil des personnes sans domicile"
LONG_WORD = "Communauté-de-communes-du-Pays-de-Saint-Gilles-Croix-de-Vie"
VCARD = (
    "Accueil de jour Saint-Vincent\n12 rue de la République, 69100 Villeurbanne\n"
    "Tél. 04\u00a078\u00a000\u00a000\u00a000\n"
    "Lundi au vendredi 9 h à 12 h, 14 h à 17 h 30\nApporter : une pièce d\u2019identité, un justificatif de domicile\n"
    "Vérifié le 12 novembre 2026. SOS Crise, gratuit et anonyme : 0\u00a0800\u00a019\u00a000\u00a000"
)

NEEDS = Page(
    kind=PageKind.NEEDS,
    title="Que cherchez-vous ?",
    items=(
        Item("1", "Danger, violence", picture="shield"),
        Item("2", "Dormir, logement", picture="bed"),
        Item("3", "Manger, se laver", picture="food"),
        Item("4", "Santé", picture="health"),
        MORE,
        BACK,
        PERSON,
    ),
    number=1,
    of=4,
    say="Que cherchez-vous ?",
)
NEEDS_SHORT = Page(
    kind=PageKind.NEEDS,
    title="What do you need?",
    items=(
        Item("1", "Talk", picture="listen"),
        Item("2", "Papers", picture="papers"),
        Item("3", "Money", picture="money"),
        Item("4", "Work", picture="work"),
        MORE,
        BACK,
        PERSON,
    ),
    number=2,
    of=4,
    say="What do you need?",
)
NEEDS_LONG = Page(
    kind=PageKind.NEEDS,
    title="Dormir, logement, hébergement et la suite",
    items=(
        Item("1", "Harcèlement, maltraitance", picture="heart"),
        Item("2", "Anticonstitutionnellement impossible", picture="a picture of next year"),
        Item("3", "Transports, sorties"),
        BACK,
        PERSON,
    ),
    say="",
)
LIST = Page(
    kind=PageKind.LIST,
    title="Dormir ce soir",
    items=(
        Item("1", "115 Samu social", "Ouvert jour et nuit", tone="open"),
        Item("2", LONG_NAME, "Fermé. Ouvre demain à 9\u00a0h, à environ 12\u00a0km", tone="closed"),
        Item("3", "Halte de nuit Le Phare", "Horaires inconnus, à 800\u00a0m", tone="unknown"),
        MORE,
        BACK,
        PERSON,
    ),
    number=1,
    of=3,
    say="",
)
LIST_FOUR = Page(
    kind=PageKind.LIST,
    title="Voir un médecin",
    items=(
        Item("1", LONG_WORD, "Jour férié : à vérifier, à 300\u00a0m", tone="check"),
        Item("2", LONG_NAME, "Ouvert jusqu\u2019à 18\u00a0h\u00a030, à environ 3\u00a0km", tone="open"),
        Item("3", "PASS", "Fermé", tone="closed"),
        Item("4", "Médecins du monde", tone="unknown"),
        BACK,
        PERSON,
    ),
    say="",
)
LIST_ONE = Page(
    kind=PageKind.LIST,
    title="Deuil",
    items=(Item("1", "3114", "Ouvert jour et nuit", tone="open"), BACK, PERSON),
    say="",
)
CARD = Page(
    kind=PageKind.CARD,
    title="Accueil de jour Saint-Vincent",
    items=(Item("1", "Appeler"), Item("2", "Emporter"), Item("3", "Suivant"), MORE, BACK, PERSON),
    lines=(
        Line("open", "Ouvert jusqu\u2019à 17\u00a0h\u00a030", "open"),
        Line("where", "Où : 12 rue de la République, 69100 Villeurbanne (à 800\u00a0m, environ 15 minutes à pied)"),
    ),
    number=1,
    of=3,
    say="",
)
CARD_MORE = msgspec.structs.replace(
    CARD,
    lines=(
        Line("phone", "Téléphone : 04\u00a078\u00a000\u00a000\u00a000, appel gratuit"),
        Line("name", "CCAS de Villeurbanne"),
        Line("how", "Comment faire : téléphonez d\u2019abord"),
        Line("who", "Seulement pour : femmes, familles"),
    ),
    number=2,
)
CARD_END = msgspec.structs.replace(
    CARD,
    items=(*CARD.items[:3], BACK, PERSON),
    lines=(
        Line("papers", "À apporter : une pièce d\u2019identité"),
        Line("languages", "Langues : français, arabe, langue des signes"),
        Line("cost", "Gratuit"),
        Line("checked", "Vérifié le 12 novembre 2026"),
    ),
    number=3,
)
CARD_LONG = Page(
    kind=PageKind.CARD,
    title=LONG_NAME,
    items=(
        Item("1", "Call"),
        Item("2", "Take it along"),
        Item("3", "The next one", picture="next"),
        Item("4", "This is wrong", picture="pencil"),
        BACK,
        PERSON,
    ),
    lines=(
        Line("name", LONG_WORD * 3),
        Line("warning", "À vérifier : ces informations sont peut-être fausses", "check"),
        Line("open", "Fermé. Ouvre lundi à 9\u00a0h", "closed"),
        Line("where", "Où : " + "x" * 200),
        Line("a role of next year", "Animaux acceptés"),
        Line("phone", ""),
    ),
    say="",
)
CARD_BARE = Page(kind=PageKind.CARD, title="3919", items=(Item("1", "Appeler"), BACK, PERSON), lines=(), say="")
TAKE_AWAY = Page(
    kind=PageKind.TAKE_AWAY,
    title="Emporter",
    items=(Item("1", "Imprimer", picture="printer"), Item("2", "Par SMS", picture="text_message"), BACK, PERSON),
    lines=(Line("name", LONG_NAME), Line("how", "Prenez ce code en photo avec un téléphone.")),
    qr=VCARD,
    say="",
)
TAKE_AWAY_CODE = Page(
    kind=PageKind.TAKE_AWAY,
    title="Emporter",
    items=(BACK, PERSON),
    lines=(
        Line("how", "Prenez ce code en photo avec un téléphone."),
        Line("phone", "0\u00a0800\u00a019\u00a000\u00a000"),
    ),
    qr="0 800 19 00 00",
    say="",
)
TAKE_AWAY_HUGE = Page(kind=PageKind.TAKE_AWAY, title="Emporter", items=(BACK, PERSON), qr="é" * 4000, say="")
SEARCHING = Page(kind=PageKind.NOTICE, title="Je cherche.", items=(BACK, PERSON), say="")
FAILED = Page(
    kind=PageKind.NOTICE,
    title="Je ne peux pas chercher maintenant.",
    items=(Item("1", "Réessayer"), BACK, PERSON),
    lines=(Line("how", "Une personne peut chercher pour vous. C\u2019est gratuit."),),
    say="",
)
NUMBER = Page(
    kind=PageKind.NOTICE,
    title="Par SMS",
    items=(BACK,),
    lines=(Line("phone", "\u2022" * 4 + "-" * 6), Line("how", "Composez le numéro du mobile.")),
    say="",
)
NUMBER_WHOLE = Page(
    kind=PageKind.NOTICE,
    title="Par SMS",
    items=(Item("1", "Envoyer"), BACK, PERSON),
    lines=(Line("phone", "\u2022" * 8 + "42"), Line("how", "Touche 1 : envoyer. Dièse : retour.")),
    say="",
)
STILL_THERE = Page(
    kind=PageKind.NOTICE,
    title="Vous êtes là ?",
    items=(PERSON,),
    lines=(Line("warning", "Appuyez sur une touche pour continuer. Sinon, tout s\u2019efface."),),
    say="",
)

ALL: dict[str, Page] = {name: value for name, value in list(globals().items()) if isinstance(value, Page)}
"""Every page above by its name."""
