"""data.inclusion v1: ``{"services": [...], "structures": [...]}``, valid by its schemas; the importer reads it back."""

import re
from typing import Any

import msgspec

from kiosk.directory.parts import Channel, Fees, Hours, Phone, Place, Strength, Structure
from kiosk.directory.record import Service
from kiosk.directory.sources import opening, texts
from kiosk.directory.sources.data_inclusion import AREA, level_of
from kiosk.directory.sources.report import Report
from kiosk.directory.vocabulary import vocabulary

LONGEST_NAME = 150
LONGEST_DESCRIPTION = 10_000
NO_PLACE = (
    "aliases", "website", "families", "age_min", "age_max", "gender", "languages", "interpreting", "capacity",
    "area_text", "transport", "accessibility", "animals", "verified_on", "verified_by", "confidence", "note",
)  # fmt: skip
"""Fields of the record that data.inclusion v1 does not have."""
FEES = {Fees.FREE: "gratuit", Fees.PAID: "payant"}


def write(services: list[Service], report: Report) -> bytes:
    """``services`` as one JSON document, structures once each. A record without what the schema requires is refused."""
    rows: list[dict[str, Any]] = []
    structures: dict[str, dict[str, Any]] = {}
    for service in services:
        report.read += 1
        row = _service(service, report)
        if row is None:
            continue
        structure = _structure(service, row, report)
        if structures.setdefault(structure["id"], structure) != structure:
            report.lose(service.id, "structure", "another structure of the same id was written")
        rows.append(row)
    return msgspec.json.format(
        msgspec.json.encode({"services": rows, "structures": list(structures.values())}), indent=1
    )


def _service(service: Service, report: Report) -> dict[str, Any] | None:
    key = service.id
    updated_on = service.updated_on or service.verified_on
    if updated_on is None:
        report.refuse(
            key, "updated_on", "data.inclusion requires date_maj, and neither a change nor a check has a date"
        )
        return None
    if len(service.name) < 3:
        report.refuse(key, "name", "data.inclusion requires a name of three characters or more")
        return None
    blank = Service(id=key, source=service.source, name=service.name)
    for field in NO_PLACE:
        if getattr(service, field) != getattr(blank, field):
            report.lose(key, field, "no place in data.inclusion v1")
    if service.updated_on is None:
        report.lose(key, "updated_on", "empty; date_maj is the day of the last check")
    words = vocabulary()
    themes = _words(key, "needs", tuple(words.theme_of(need) for need in service.needs), words.needs.keys(), report)
    if any(need not in themes for need in service.needs):
        report.lose(key, "needs", "a need of our own, written as the theme that it lies within, if any")
    if any(audience.strength is not Strength.OPEN for audience in service.audiences):
        report.lose(key, "audiences.strength", "no place in data.inclusion v1")
    area = [code for code in service.area if AREA.fullmatch(code)]
    if len(area) < len(service.area):
        report.lose(key, "area", "not the code of an area")
    if service.level is not level_of(tuple(area)):
        report.lose(key, "level", "no place in data.inclusion v1")
    values = words.values
    row = {
        "source": service.source,
        "structure_id": service.structure.id or key,
        "id": key,
        "nom": _cut(key, "name", service.name, LONGEST_NAME, report),
        "description": _description(service, report),
        "date_maj": updated_on.isoformat(),
        "lien_source": service.source_url,
        "type": next(iter(_words(key, "kind", (service.kind,), values.kinds, report)), ""),
        "thematiques": themes,
        "publics": _words(key, "audiences", tuple(a.who for a in service.audiences), words.audiences.keys(), report),
        "publics_precisions": service.audience_text,
        "telephone": _telephone(key, "phones", service.phones, report),
        "courriel": service.email,
        **_place(key, "place", service.place, report),
        "zone_eligibilite": area,
        "horaires_accueil": _hours(key, "hours", service.hours, report),
        "modes_accueil": _words(key, "reception", service.reception, values.reception, report),
        "modes_mobilisation": _words(key, "come_by", service.come_by, values.come_by, report),
        "mobilisable_par": _words(key, "come_for", service.come_for, values.come_for, report),
        "mobilisation_precisions": service.come_text,
        "lien_mobilisation": service.come_url,
        "frais": FEES.get(service.fees, ""),
        "frais_precisions": service.fees_text,
        "conditions_acces": service.papers,
        "nombre_semaines": service.weeks,
        "volume_horaire_hebdomadaire": service.hours_per_week,
    }
    return _filled(row)


def _structure(service: Service, row: dict[str, Any], report: Report) -> dict[str, Any]:
    structure: Structure = service.structure
    key = service.id
    if not structure.id:
        report.lose(key, "structure.id", "empty; the id of the service is written")
    name = structure.name if len(structure.name) >= 3 else service.name
    if name != structure.name:
        report.lose(key, "structure.name", "too short or empty; the name of the service is written")
    description = structure.description if len(structure.description) >= 5 else ""
    if description != structure.description:
        report.lose(key, "structure.description", "shorter than five characters")
    updated_on = structure.updated_on.isoformat() if structure.updated_on else row["date_maj"]
    if structure.updated_on is None:
        report.lose(key, "structure.updated_on", "empty; date_maj is that of the service")
    return _filled(
        {
            "source": service.source,
            "id": row["structure_id"],
            "nom": _cut(key, "structure.name", name, LONGEST_NAME, report),
            "description": _cut(key, "structure.description", description, LONGEST_DESCRIPTION, report),
            "date_maj": updated_on,
            "lien_source": structure.source_url,
            "siret": structure.siret,
            "site_web": structure.website,
            "telephone": _telephone(key, "structure.phones", structure.phones, report),
            "courriel": structure.email,
            **_place(key, "structure.place", structure.place, report),
            "horaires_accueil": _hours(key, "structure.hours", structure.hours, report),
            "accessibilite_lieu": structure.accessibility_url,
            "reseaux_porteurs": _words(
                key, "structure.networks", structure.networks, vocabulary().values.networks, report
            ),
        }
    )


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, "", [])}


def _cut(key: str, field: str, text: str, longest: int, report: Report) -> str:
    if len(text) > longest:
        report.lose(key, field, f"cut at {longest} characters")
    return text[:longest].rstrip()


def _description(service: Service, report: Report) -> str:
    text = _cut(service.id, "description", service.description, LONGEST_DESCRIPTION, report)
    if len(text) >= 5:
        return text
    report.lose(service.id, "description", "shorter than five characters; written from name and audience")
    return f"{service.name} : {service.audience_text or text or 'service'}"[:LONGEST_DESCRIPTION].rstrip()


def _words(key: str, field: str, words: tuple[str, ...], known: Any, report: Report) -> list[str]:
    found = list(dict.fromkeys(word for word in words if word in known))
    if any(word and word not in known for word in words):
        report.lose(key, field, "not a word of data.inclusion v1")
    return found


def _telephone(key: str, field: str, phones: tuple[Phone, ...], report: Report) -> str:
    """The first voice number: there is room for one, and for nothing about it."""
    voice = [phone for phone in phones if phone.channel is Channel.VOICE]
    number = voice[0].number if voice else ""
    if tuple(phones) not in ((), (Phone(number or "00"),)) or texts.phone_number(number or "00") != (number or "00"):
        report.lose(key, field, "one voice number without cost, hours and label is all that data.inclusion v1 has")
    return number


def _hours(key: str, field: str, hours: Hours, report: Report) -> str:
    if hours.closures:
        report.lose(key, f"{field}.closures", "no place in data.inclusion v1")
    if not hours.osm or (opening.is_osm(hours.text) and opening.hours(hours.text).osm == hours.osm):
        return hours.text
    if hours.text not in ("", hours.osm):
        report.lose(key, f"{field}.text", "the OSM form is written instead")
    return hours.osm


def _place(key: str, field: str, place: Place, report: Report) -> dict[str, Any]:
    if place.region or place.country not in ("", "FR"):
        report.lose(key, f"{field}.country", "no place in data.inclusion v1")
    insee = place.insee if re.fullmatch(r"\w{5}", place.insee) else ""
    if insee != place.insee:
        report.lose(key, f"{field}.insee", "not five characters")
    french = len(place.postcode) == 5 and place.postcode.isascii() and place.postcode.isdigit()
    if place.postcode and not french:
        report.lose(key, f"{field}.postcode", "not five digits")
    return {
        "adresse": place.street,
        "complement_adresse": place.extra,
        "code_postal": place.postcode if french else "",
        "commune": place.commune,
        "code_insee": insee,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }
