"""The page's words, French and English. Every name of the wire that the page shows has one in both."""

from collections.abc import Mapping

LANGUAGES = ("fr", "en")

WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "title": "Bornes SOS Crise",
        "other_language": "English",
        "terminals": "Bornes",
        "calls": "Appels",
        "terminal": "Borne",
        "site": "Lieu",
        "last_seen": "Dernier contact",
        "state": "État",
        "records": "Fiches",
        "missing": "manquantes",
        "lost": "perdues, carte pleine",
        "seen_recently": "En contact",
        "seen_late": "Silencieuse",
        "never_seen": "Jamais vue",
        "disabled": "Désactivée",
        "start": "Début",
        "language": "Langue",
        "lines": "Voies essayées",
        "outcome": "Issue",
        "talk": "Conversation",
        "off_hook": "Décroché",
        "approximate": "heure approximative",
        "no_terminals": "Aucune borne. Ajoutez-en une : python hub/manage.py add_terminal NOM",
        "no_calls": "Aucun appel reçu pour l'instant.",
        "newer": "Plus récents",
        "older": "Plus anciens",
        "line.voip": "internet",
        "line.gsm": "mobile",
        "rescue": "secours",
        "result.answered": "A abouti",
        "result.busy": "Occupé",
        "result.declined": "Refusé",
        "result.no_answer": "Sans réponse",
        "result.unreachable": "Injoignable",
        "result.cancelled": "Raccroché avant réponse",
        "result.failed": "Échec",
        "ended.caller": "raccroché par l'appelant",
        "ended.remote": "raccroché par le correspondant",
        "ended.drop": "coupé",
        "ended.refused": "refusé",
        "ended.power_cut": "coupure de courant",
        "purpose.helpline": "ligne d'aide",
        "purpose.emergency": "urgence",
        "purpose.relay": "relais",
        "purpose": "Destinataire",
    },
    "en": {
        "title": "SOS Crise terminals",
        "other_language": "Français",
        "terminals": "Terminals",
        "calls": "Calls",
        "terminal": "Terminal",
        "site": "Place",
        "last_seen": "Last seen",
        "state": "State",
        "records": "Records",
        "missing": "missing",
        "lost": "lost, card full",
        "seen_recently": "In touch",
        "seen_late": "Silent",
        "never_seen": "Never seen",
        "disabled": "Disabled",
        "start": "Start",
        "language": "Language",
        "lines": "Lines tried",
        "outcome": "Outcome",
        "talk": "Talk",
        "off_hook": "Off hook",
        "approximate": "time is approximate",
        "no_terminals": "No terminal yet. Add one: python hub/manage.py add_terminal NAME",
        "no_calls": "No call received yet.",
        "newer": "Newer",
        "older": "Older",
        "line.voip": "internet",
        "line.gsm": "mobile",
        "rescue": "rescue",
        "result.answered": "Got through",
        "result.busy": "Busy",
        "result.declined": "Declined",
        "result.no_answer": "No answer",
        "result.unreachable": "Unreachable",
        "result.cancelled": "Hung up before an answer",
        "result.failed": "Failed",
        "ended.caller": "caller hung up",
        "ended.remote": "far end hung up",
        "ended.drop": "cut off",
        "ended.refused": "refused",
        "ended.power_cut": "power cut",
        "purpose.helpline": "helpline",
        "purpose.emergency": "emergency",
        "purpose.relay": "relay",
        "purpose": "Called",
    },
}


def choose_language(asked: str, accept_language: str) -> str:
    """``asked`` if it is one of ours, else the best of an Accept-Language header (RFC 9110 §12.5.4), else French."""
    if asked in LANGUAGES:
        return asked
    best, best_weight = "fr", 0.0
    for part in accept_language.split(","):
        tag, _, parameter = part.strip().partition(";")
        name, _, number = parameter.strip().partition("=")
        try:
            weight = float(number) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        language = tag.strip().lower().partition("-")[0]
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best
