"""Phrases about opening times, in the order in which they are tried: patterns of plain text. Pure data.

Plain: small letters without accents. What is not here, no clock and no name (``words.py``) stays an unknown word.
"""

from kiosk.directory.hours.kinds import PUBLIC_HOLIDAYS, Kind
from kiosk.directory.hours.labels import PLACE, PURPOSE

MONTH_NAMES = (
    ("janvier", "janv", "jan"),
    ("fevrier", "fevr", "fev"),
    ("mars",),
    ("avril", "avr"),
    ("mai",),
    ("juin",),
    ("juillet", "juil"),
    ("aout",),
    ("septembre", "sept", "sep"),
    ("octobre", "oct"),
    ("novembre", "nov"),
    ("decembre", "dec"),
)

_ALL, _WORKWEEK, _WEEKEND = 127, 31, 96
_OF_DAYS = r" (?:du|le|les|des) (?:lun|mar|mer|jeu|ven|sam|dim)"
_HOURS = (
    *("une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"),
    *("dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "dix-sept"),
)

PHRASES: tuple[tuple[str, Kind, int], ...] = (
    (r"(?:(?:\+|00)33\s?(?:\(0\))?\s?|0)[1-9](?:[ .-]?\d\d){4}(?!\d)", Kind.PHONE, 0),
    (r"0 ?8\d\d(?:[ .-]?\d\d\d){2}(?!\d)|0 8\d\d(?:[ .-]?\d\d){3}(?!\d)", Kind.PHONE, 0),
    (r"24\s*(?:h(?:eures?)?\s*)?(?:/|sur|-)\s*24(?:\s*h(?:eures)?(?![a-z]))?(?!\d)", Kind.ALL_DAY, 0),
    (r"24\s*h?\s*/\s*7(?:\s*j(?:ours)?)?(?![a-z\d])|h\s?24(?!\d)", Kind.ALL_DAY, 0),
    (r"(?:de )?(?:jour et nuit|nuit et jour)", Kind.ALL_DAY, 0),
    (r"(?<!le )7\s*j?(?:ours?)?\s*(?:/|sur|(?<=jours) )\s*7(?:\s*j(?:ours?)?)?(?![a-z\d])", Kind.DAYS, _ALL),
    (r"365\s*j(?:ours)?\s*(?:/|par|sur)\s*(?:an|365)(?![a-z\d])", Kind.DAYS, _ALL | PUBLIC_HOLIDAYS),
    (r"tous les jours de l'annee", Kind.DAYS, _ALL),
    (r"(?:tous les jours|chaque jour)(?!\s+(?:de la|ouvr|ferie|scolaire))", Kind.DAYS, _ALL),
    (r"(?:toutes les|chaque) nuits?(?![a-z])", Kind.DAYS, _ALL),
    (rf"(?:tous les|chaque) midis?(?={_OF_DAYS})", Kind.ARTICLE, 0),
    (rf"(?:tous les|chaque)(?= soirs?(?![a-z])(?!{_OF_DAYS}))", Kind.DAYS, _ALL),
    (r"(?:du )?l\.?\s?(?:-|au?)\s?v\.?(?![a-z'.])", Kind.DAYS, _WORKWEEK),
    (r"(?:du )?l\.?\s?(?:-|au?)\s?s\.?(?![a-z'.])", Kind.DAYS, _WORKWEEK | 32),
    (r"(?:du )?l\.?\s?(?:-|au?)\s?d\.?(?![a-z'.])", Kind.DAYS, _ALL),
    (r"l(?P<mark>[/ -]?)m(?P=mark)m(?P=mark)j(?P=mark)v(?![a-z'/]|(?P=mark)[a-z])", Kind.DAYS, _WORKWEEK),
    (r"(?:le |les )?(?:week[ -]?ends?|fins? de semaine|we)(?![a-z])", Kind.DAYS, _WEEKEND),
    (r"(?<!de )(?<!toute )(?:en|la) semaine(?![a-z])(?!\s+(?:im)?paire)", Kind.DAYS, _WORKWEEK),
    (r"(?:(?:le|les|des) )?(?:jours? )?feries?(?![a-z])", Kind.PUBLIC_HOLIDAY, 0),
    (
        r"(?:(?:pendant|durant) )?(?:les |des )?(?:periodes? (?:de|des) )?(?:vacances|conges) scolaires?"
        r"(?: ?\(?zones? (?:[abc](?![a-z])(?:[,/]| et |, )?){1,3}\)?)?",
        Kind.SCHOOL_HOLIDAY,
        0,
    ),
    (r"(?:(?:en|(?:pendant|durant) (?:la|les)|hors) )?periodes? scolaires?", Kind.TERM, 0),
    (r"(?<!de )nuits? d[ue] (?=lun|mar|mer|jeu|ven|sam|dim)", Kind.WORD, 0),
    (r"(?:la semaine )?entre noel et (?:le )?(?:jour de l'an|nouvel an)", Kind.YEAR_END, 0),
    (
        r"(?:une )?(?:accueil|permanences?|standard|ecoute|reponse|ligne)s? telephoniques?(?! et)(?![a-z])"
        r"|par telephone(?= ?:)",
        Kind.BY_PHONE,
        0,
    ),
    (r"toute l'annee", Kind.ALL_YEAR, 0),
    (r"(?:le )?reste de l'annee|(?:en )?hors saison|en dehors de cette periode", Kind.REST_OF_YEAR, 0),
    (
        r"(?:d'|en |l')?(?:ete|hiver|(?:(?:tres )?(?:basse|moyenne|haute) |pleine )?saison(?: estivale| hivernale)?"
        r"|periode (?:estivale|hivernale))(?=\s?[(:\n])",
        Kind.SEASON,
        0,
    ),
    (r"(?:accueil )?physique et telephonique|telephonique et physique", Kind.LABEL, PLACE),
    (r"(?:avec ou )?sans (?:rendez[ -]vous|rdv|rv|r\.d\.v\.?)(?![a-z])", Kind.NO_APPOINTMENT, 1),
    (r"(?:en )?(?:acces|accueil) libre(?: et gratuit)?(?![a-z])", Kind.NO_APPOINTMENT, 1),
    (r"(?:sans interruption|non[ -]stop|(?:en )?journee continue|sans interuption|en continu)", Kind.NO_APPOINTMENT, 0),
    (r"toute la journee(?![a-z])", Kind.NO_APPOINTMENT, 0),
    (
        r"(?:ouverte?s? a tous(?: publics)?|tou[ts] publics?|entree (?:libre|gratuite)|acces pmr)(?![a-z])(?! les)",
        Kind.NO_APPOINTMENT,
        0,
    ),
    (r"(?:(?:et |avec )?(?:une |en )?)nocturnes?(?: hebdomadaire)?(?![a-z])", Kind.LATE, 0),
    (
        r"(?:ou (?:bien |egalement |aussi )?(?:sur|avec) (?:rendez[ -]vous|rdv|rv)"
        r"(?: (?:les autres jours|en dehors de ces (?:horaires|heures|creneaux|jours|plages)))?"
        r"|(?:(?:visites?|accueil|ouverture) )?possibles? (?:egalement |aussi )?(?:sur|avec) (?:rendez[ -]vous|rdv|rv)"
        r"|(?:et )?(?:egalement |aussi )?sur (?:rendez[ -]vous|rdv|rv) "
        r"(?:les autres jours|en dehors de ces (?:horaires|heures|creneaux|jours|plages)"
        r"|le reste (?:de la semaine|du temps)|pour les autres jours))(?![a-z])",
        Kind.OR_APPOINTMENT,
        0,
    ),
    (
        r"(?:(?:uniquement|exclusivement|seulement) )?(?:sur|avec|sous) (?:rendez[ -]vous|rdv|rv|r\.d\.v\.?)"
        r"(?: (?:uniquement|exclusif|exclusivement|seulement))?(?![a-z])"
        r"|sur orientation d'une? (?:assistante?(?: de service)? sociale?|travailleur social|service social)"
        r"|sur (?:pre-?)?(?:inscription|orientation|convocation|reservation)"
        r"(?: (?:uniquement|prealable|du (?:115|siao)))?"
        r"(?![a-z])",
        Kind.APPOINTMENT,
        0,
    ),
    (r"(?:du|de chaque|chaque) mois(?![a-z])", Kind.OF_MONTH, 0),
    (r"(?:(?:une|1) semaine )?sur (?:deux|2)(?![a-z\d])", Kind.EVERY_OTHER, 0),
    (r"1(?= (?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) sur (?:deux|2)(?![a-z\d]))", Kind.ARTICLE, 1),
    (r"(?:tous|toutes) les (?:15|quinze) jours", Kind.EVERY_OTHER, 0),
    (r"toutes les (?:deux|trois|quatre|2|3|4) semaines", Kind.EVERY_OTHER, 0),
    (r"(?:(?:les|des|en) )?semaines? paires?(?![a-z])", Kind.EVEN_WEEK, 0),
    (r"(?:(?:les|des|en) )?semaines? impaires?(?![a-z])", Kind.ODD_WEEK, 0),
    (
        r"(?:[\u26d4\u274c\U0001f6ab]\ufe0f? ?)?(?:(?:(?:elle|il) )?est |(?:(?:elles|ils) )?sont |nous sommes )?"
        r"(?:fermee?s?|fermetures?)(?: au public)?(?: annuelle| hebdomadaire)?(?![a-z])",
        Kind.CLOSED,
        0,
    ),
    (r"apres[ -]?midis?(?![a-z])", Kind.AFTERNOON, 0),
    (r"(?:matins?|matinees?)(?![a-z])", Kind.MORNING, 0),
    (r"(?:soirs?|soirees?)(?![a-z])", Kind.EVENING, 0),
    *(
        (rf"{name} heures?(?! et |[ -](?:trente|quinze|demie))", Kind.TIME, 60 * hour)
        for hour, name in enumerate(_HOURS, 1)
    ),
    (
        r"maison medicale de garde|planning familial|mission locale|france services?"
        r"|(?:espace|info(?:rmation)?) jeunesse|secours (?:populaire|catholique)|restos? du coeur|croix[ -]rouge",
        Kind.LABEL,
        PLACE,
    ),
    (r"aides? alimentaires?(?![a-z])", Kind.LABEL, PURPOSE),
    (r"(?:repas|dejeuner) d[eu] (?:midi|soir)", Kind.WORD, 0),  # no time
    (r"midi(?![a-z])", Kind.TIME, 12 * 60),
    (r"minuit(?![a-z])", Kind.TIME, 24 * 60),
    (
        r"(?:(?:nos |les )?(?:jours et )?(?:horaires?|heures?) d'ouvertures?|horaires?|ouvertures?"
        r"|accueil(?= du public)|accueil(?= *:)|(?:une |la |les )?permanences?(?: hebdomadaires?)?"
        r"|disponibles?(?= (?:du|de|tous|les?)(?![a-z]))"
        r"|accessibles? (?:gratuitement(?! sur)|(?=24|7|du|de|tous))|(?:le )?service(?= ouvert))"
        r"(?:,? (?:au|du) public)?(?![a-z'])",
        Kind.HEADING,
        0,
    ),
    (
        r"(?:(?:il est|elle est|ils sont|elles sont|nous sommes|est|sont|reste|restent) )?"
        r"ouvert(?:e|s|es)?(?: au public)?(?![a-z])"
        r"|(?:se tien(?:t|nent)|s'effectue(?:nt)?|(?:a|ont) lieu)(?![a-z])"
        r"|(?:est|sont) (?:assuree?s?|tenue?s?|organisee?s?)(?![a-z])"
        r"|(?:est|sont) accessibles? (?=du|de|tous|les?)"
        r"|(?:nous |je )?vous (?:acc(?:ue|eu)ille(?:nt)?|accueillons|recoi[st]|recevons)(?![a-z])"
        r"|fonctionn(?:e|ent|ant)(?![a-z])",
        Kind.OPEN,
        0,
    ),
    (r"hors metropole ou depuis", Kind.WORD, 0),
    (r"(?:sauf|sf|hors|hormis|exceptee?s?|a l'exception d(?:e|u|es)|en dehors d(?:e|es))(?![a-z])", Kind.EXCEPT, 0),
    (r"(?:y compris|inclus|compris|meme)(?![a-z])", Kind.INCLUDED, 0),
    (r"(?:jusqu'(?:a|au)|jusque)(?![a-z])", Kind.UNTIL, 0),
    (r"uniquement depuis", Kind.WORD, 0),
    (r"(?:uniquement|seulement|exclusivement)(?![a-z])", Kind.ONLY, 0),
    (
        r"(?:par (?:telephone|messagerie|courriers?|courriel|mail|e-mail|telecopie|fax|internet|sms|chat)"
        r"|sur place|en ligne|numero (?:violet|gris|vert|azur|banalise|majore|gratuit|cristal|noir|unique)"
        r"|service (?:gratuit|anonyme|et appel|0|payant)|appel (?:gratuit|anonyme|et|non)"
        r"|acces (?:au formulaire|via)|(?:au )?cout d|prix d|tarif|depuis (?:l'etranger|l'outre|un poste)"
        r"|https?:|www\.|tel(?:ephone)?(?:\.| ?:|(?= ?\+?\d))|mail ?:|courriel ?:)",
        Kind.CONTACT,
        0,
    ),
    (r"ainsi que(?![a-z])", Kind.AND, 0),
    (rf"des(?= (?:le |{'|'.join(names[0][:4] for names in MONTH_NAMES)}))", Kind.WORD, 0),  # "dès septembre"
    (r"outre[ -]mers?", Kind.WORD, 0),
    (r"d'", Kind.FROM, 0),
    (r"l'", Kind.ARTICLE, 0),
)
