"""The "Annuaire de l'administration" of service-public.gouv.fr (DILA), one object a counter, as published since 2022.

In the file, lists are lists; in the answers of its interface they are JSON inside a text: both are read. A counter with
neither a telephone number nor an address is refused, and so is one that is not active any more. Who works there
(``affectation_personne``) is never kept.
"""

from typing import Any

import msgspec

from kiosk.directory.parts import Audience, Channel, Family, Hours, Level, Phone, Place, Structure
from kiosk.directory.record import Service, stable_id
from kiosk.directory.sources import opening, texts, weekly
from kiosk.directory.sources.documents import Row, listed
from kiosk.directory.sources.report import Refused, Report
from kiosk.directory.vocabulary import FOLDER
from kiosk.errors import BadInput

LISTS = ("service", "services", "results")
"""Names under which a document has its counters."""
NAME = "dila"
READ = frozenset(
    {"id", "nom", "ancien_nom", "sigle", "adresse", "telephone", "adresse_courriel",
     "site_internet", "url_service_public", "plage_ouverture", "commentaire_plage_ouverture", "pivot", "mission",
     "information_complementaire", "date_modification", "date_diffusion", "siret", "code_insee_commune",
     "formulaire_contact", "statut", "type_service_local", "telecopie", "affectation_personne"}
)  # fmt: skip
KNOWN = READ | {
    "itm_identifiant", "categorie", "type_repertoire", "type_organisme", "version_type", "version_source",
    "version_etat_modification", "statut_de_diffusion", "date_creation", "date_debut", "date_fin", "copyright", "siren",
    "ancien_code_pivot", "ancien_identifiant", "partenaire", "partenaire_identifiant", "partenaire_date_modification",
    "hierarchie", "organigramme", "annuaire", "trombinoscope",
}  # fmt: skip
"""With what says nothing to whoever goes there."""
TEXTS = frozenset({"id", "nom", "ancien_nom", "sigle", "mission", "information_complementaire", "siret", "statut"})
"""Fields that nest nothing."""
ADDRESS = (
    "type_adresse", "complement1", "complement2", "numero_voie", "service_distribution", "code_postal", "nom_commune",
    "pays", "continent", "latitude", "longitude", "accessibilite", "note_accessibilite",
)  # fmt: skip
OPENING = (
    "nom_jour_debut", "nom_jour_fin", "valeur_heure_debut_1", "valeur_heure_fin_1", "valeur_heure_debut_2",
    "valeur_heure_fin_2", "commentaire",
)  # fmt: skip
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
ENGLISH = dict(zip(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), DAYS, strict=True))
ACCESS = {"ACC": "Accessible en fauteuil roulant", "DEM": "Accessible en fauteuil roulant sur demande",
          "NAC": "Non accessible en fauteuil roulant"}  # fmt: skip


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What counters of one kind are for (``config/directory/annuaire.toml``)."""

    needs: tuple[str, ...] = ()
    families: tuple[Family, ...] = (Family.SOCIAL,)
    audiences: tuple[str, ...] = ()


class Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    by_pivot: dict[str, Kind]


def kinds() -> dict[str, Kind]:
    """What each kind of counter is for, by its ``type_service_local``. Raises: BadInput."""
    path = FOLDER / "annuaire.toml"
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Kinds).by_pivot
    except (OSError, msgspec.DecodeError) as error:
        raise BadInput(f"{path.name}: {error}; install the terminal's config/directory again") from error


def is_counter(row: Row) -> bool:
    """Is ``row`` of this form, rather than one of the older sheets of words."""
    return "nom" in row.fields and not row.text("text")


def service(row: Row, known: dict[str, Kind], report: Report) -> Service | Refused:
    """The record of one counter."""
    report.lose_others(row.line, row.fields, KNOWN, flat=TEXTS)
    for field in ("id", "nom"):
        if not row.text(field):
            return Refused(row.line, field, "empty")
    if row.text("statut").lower() not in ("", "active", "actif"):
        return Refused(row.line, "statut", "not active any more: not one to send people to")
    if listed(row.fields.get("affectation_personne")):
        report.lose(row.line, "affectation_personne", "names of persons are not kept")
    phones = _phones(row, report)
    addresses = _entries(row, "adresse", report, *ADDRESS)
    address = next((one for one in addresses if "postale" not in texts.clean(one.get("type_adresse")).lower()), {})
    if len(addresses) > (1 if address else 0):
        report.lose(row.line, "adresse", "another than the first where people can go, or a postal one")
    if texts.plain(texts.clean(address.get("pays"))) not in ("", "france"):
        return Refused(row.line, "adresse.pays", "an address abroad")
    place = _place(row, address, report)
    if not phones and place == Place():
        return Refused(row.line, "telephone", "neither a telephone number nor an address: nobody could go or ring")
    pivots = _entries(row, "pivot", report, "type_service_local", "code_insee_commune")
    names = [name for pivot in pivots if (name := texts.clean(pivot.get("type_service_local") or pivot.get("valeur")))]
    names = names or [name for name in (row.text("type_service_local"),) if name]
    for name in names:
        if name not in known:
            report.lose(row.line, "pivot", f"{name[:80]!r}: what such a counter is for is not known here")
    said = [known[name] for name in dict.fromkeys(names) if name in known]
    mission = "\n".join(filter(None, (row.text("mission"), row.text("information_complementaire"))))
    codes = [texts.clean(code) for pivot in pivots for code in listed(pivot.get("code_insee_commune"))]
    area = tuple(dict.fromkeys(code for code in codes if len(code) == 5))
    if any(code and code not in area for code in codes):
        report.lose(row.line, "pivot.code_insee_commune", "not five characters")
    return Service(
        id=stable_id(NAME, row.text("id")),
        source=NAME,
        source_url=_link(row, "url_service_public", report),
        updated_on=row.day("date_modification", report) or row.day("date_diffusion", report),
        structure=Structure(name=row.text("nom"), siret=row.shaped("siret", r"\d{14}", report)),
        name=row.text("nom"),
        aliases=tuple(dict.fromkeys(filter(None, (row.text("sigle"), row.text("ancien_nom"))))),
        description=mission,
        website=_link(row, "site_internet", report),
        email=_link(row, "adresse_courriel", report),
        families=tuple(dict.fromkeys(family for kind in said for family in kind.families)),
        level=Level.LOCAL if area else Level.NATIONAL if place == Place() else None,
        needs=tuple(dict.fromkeys(need for kind in said for need in kind.needs)),
        audiences=tuple(Audience(who) for who in dict.fromkeys(who for kind in said for who in kind.audiences)),
        phones=phones,
        place=place,
        area=area,
        hours=_hours(row, report),
        reception=("en-presentiel",) if place != Place() else ("a-distance",),
        come_by=("telephoner",) if phones else (),
        come_url=_link(row, "formulaire_contact", report),
        accessibility=_access(row, address, report),
    )


def _place(row: Row, address: dict[str, Any], report: Report) -> Place:
    part = Row(row.line, address, "adresse.")
    if not address:
        return Place()
    latitude, longitude = part.decimal("latitude", report, -90, 90), part.decimal("longitude", report, -180, 180)
    if latitude is None or longitude is None:
        latitude = longitude = None
    extras = (part.text(field) for field in ("complement1", "complement2", "service_distribution"))
    communes = listed(row.fields.get("code_insee_commune"))
    return Place(
        street=part.text("numero_voie"),
        extra=", ".join(filter(None, extras)),
        postcode=part.shaped("code_postal", r"\d{5}", report),
        commune=part.text("nom_commune"),
        insee=Row(row.line, {"code_insee_commune": communes[0]}).shaped("code_insee_commune", r"\w{5}", report)
        if len(communes) == 1
        else "",
        latitude=latitude,
        longitude=longitude,
    )


def _access(row: Row, address: dict[str, Any], report: Report) -> str:
    code, note = (texts.clean(address.get(field)) for field in ("accessibilite", "note_accessibilite"))
    if code not in ("", *ACCESS):
        report.lose(row.line, "adresse.accessibilite", f"{code[:80]!r} is not known here")
    return ". ".join(filter(None, (ACCESS.get(code, ""), note)))


def _phones(row: Row, report: Report) -> tuple[Phone, ...]:
    found: dict[tuple[str, Channel], Phone] = {}
    for field, channel in (("telephone", Channel.VOICE), ("telecopie", Channel.FAX)):
        for entry in _entries(row, field, report, "description"):
            numbers, rest = texts.phones(entry.get("valeur"))
            if rest:
                report.lose(row.line, field, "not a telephone number")
            label = texts.clean(entry.get("description"))
            price, payer = texts.cost(label)
            for number in numbers:
                phone = Phone(number.number, channel, price, payer=payer, extension=number.extension, label=label)
                found.setdefault((phone.number, channel), phone)
    return tuple(found.values())


def _hours(row: Row, report: Report) -> Hours:
    """The weekly entries as French words, which the reader of such words then understands as a whole or not at all."""
    lines: list[str] = []
    is_clear = True
    for entry in _entries(row, "plage_ouverture", report, *OPENING):
        words, is_plain = _opening(entry)
        comment = texts.clean(entry.get("commentaire") or entry.get("valeur"))
        lines.append(f"{words} ({comment})" if words and comment else words or comment)
        is_clear &= is_plain
    lines.append(row.text("commentaire_plage_ouverture"))
    text = "\n".join(filter(None, lines))
    found = opening.hours(text, is_whole=True)
    return found if is_clear else Hours(text=text)


def _opening(entry: dict[str, Any]) -> tuple[str, bool]:
    """``du lundi au vendredi 09:00-12:00 et 14:00-17:00``, and whether days and times are such."""
    raw = [texts.plain(texts.clean(entry.get(field))) for field in ("nom_jour_debut", "nom_jour_fin")]
    first, last = (ENGLISH.get(name, name) for name in raw)
    spans, is_plain = [], all(name in ("", *DAYS, "jours feries") for name in (first, last)) and bool(first)
    for number in ("1", "2"):
        ends = [texts.clean(entry.get(f"valeur_heure_{end}_{number}")) for end in ("debut", "fin")]
        if not any(ends):
            continue
        times = [weekly.time(end) for end in ends]
        is_plain &= None not in times and times[0] != times[1]
        spans.append("-".join(time or end for time, end in zip(times, ends, strict=True)))
    days = first if last in ("", first) else f"du {first} au {last}"
    return f"{days} {' et '.join(spans)}".strip(), is_plain and bool(spans)


def _link(row: Row, field: str, report: Report) -> str:
    """The first value of a field; others are lost."""
    found = [words for entry in _entries(row, field, report, "libelle") if (words := texts.clean(entry.get("valeur")))]
    if any(words != found[0] for words in found):
        report.lose(row.line, field, "another than the first")
    return found[0] if found else ""


def _entries(row: Row, field: str, report: Report, *known: str) -> list[dict[str, Any]]:
    """The objects of a field, in whichever form; a text is the ``valeur`` of one. What is not ``known`` is lost."""
    found = listed(row.fields.get(field))
    if odd := [one for one in found if not isinstance(one, dict | str)]:
        report.lose(row.line, field, f"neither an object nor a text: {type(odd[0]).__name__}")
    entries = [one if isinstance(one, dict) else {"valeur": one} for one in found if isinstance(one, dict | str)]
    for entry in entries:
        report.lose_others(row.line, entry, frozenset({"valeur", *known}), f"{field}.")
    return entries
