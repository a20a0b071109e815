"""data.inclusion v1, as published: JSON or CSV of services and of structures, in one file or several.

What the schema requires is required: a line without it is refused. Of an optional field, a value that the schema does
not have is lost, and said so. A person's name (``contact_nom_prenom``) is never kept.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from kiosk.directory.bundle import Source
from kiosk.directory.parts import Audience, Fees, Hours, Level, Phone, Place, Structure
from kiosk.directory.record import Service
from kiosk.directory.sources import opening, texts
from kiosk.directory.sources.documents import Row, rows
from kiosk.directory.sources.report import Refused, Report, keep_good
from kiosk.directory.vocabulary import vocabulary

LICENCE = "etalab-2.0"
"""Licence Ouverte 2.0, under which data.inclusion publishes."""

FEES = {"gratuit": Fees.FREE, "payant": Fees.PAID}
PLACE_FIELDS = frozenset(
    {"adresse", "complement_adresse", "code_postal", "commune", "code_insee", "latitude", "longitude"}
)
BOTH = PLACE_FIELDS | {
    "source", "id", "nom", "description", "date_maj", "lien_source", "telephone", "courriel", "horaires_accueil",
}  # fmt: skip
SERVICE_FIELDS = BOTH | {
    "structure_id", "type", "thematiques", "publics", "publics_precisions", "conditions_acces", "frais",
    "frais_precisions", "lien_mobilisation", "mobilisable_par", "mobilisation_precisions", "modes_accueil",
    "modes_mobilisation", "nombre_semaines", "volume_horaire_hebdomadaire", "zone_eligibilite", "contact_nom_prenom",
    "structure",
}  # fmt: skip
STRUCTURE_FIELDS = BOTH | {"siret", "site_web", "reseaux_porteurs", "accessibilite_lieu", "services"}
LISTS = ("services", "structures", "items", "features")
"""Names under which a document has its lists."""
WRAPPED = ("service", "structure", "properties")
"""Where an answer of the interface to a search, or a feature of GeoJSON, has what it is about."""
AREA = re.compile(r"france|\w{5}|\w{2,3}|\d{9}")


def read(paths: list[Path], report: Report) -> tuple[Iterator[Service], Iterator[Source]]:
    """The services of data.inclusion files, and their sources. Raises: BadInput, see the package."""
    names: set[str] = set()

    def services() -> Iterator[Service]:
        for service in keep_good(_services(paths, report), report):
            names.add(service.source)
            yield service

    def sources() -> Iterator[Source]:
        for name in sorted(names):
            yield Source(name=name, licence=LICENCE, title=f"data.inclusion: {name}")

    return services(), sources()


def level_of(area: tuple[str, ...]) -> Level | None:
    """How far an area reaches, by the form of its codes; None when it is empty or mixed."""
    if "france" in area:
        return Level.NATIONAL
    lengths = {len(code) for code in area}
    if lengths and lengths <= {5, 9}:
        return Level.LOCAL
    return Level.DEPARTMENTAL if lengths and lengths <= {2, 3} else None


class _Structures:
    """The structures of some files, packed: a country has more of them than would fit as objects."""

    def __init__(self, paths: list[Path], report: Report) -> None:
        self._packed: dict[str, bytes] = {}
        self._alone: dict[str, str] = {}
        for row in _rows(paths, report):
            if _is_service(row):
                if isinstance(row.fields.get("structure"), dict):
                    self._keep(Row(row.line, row.fields["structure"], "structure."), report)
                continue
            report.read += 1
            if key := self._keep(row, report):
                self._alone.setdefault(key, row.line)

    def _keep(self, row: Row, report: Report) -> str:
        structure = _structure(row, report)
        if structure is None:
            return ""
        packed = msgspec.msgpack.encode(structure)
        first = self._packed.setdefault(structure.id, packed)
        if first != packed:
            report.lose(row.line, f"{row.prefix}id", "another structure of this id stands before it: that one is taken")
        elif first is not packed and not row.prefix:
            report.lose(row.line, "", "the same structure as an earlier line")
        return structure.id

    def of(self, key: str) -> Structure | None:
        """The structure with the id ``key``: it has a service."""
        self._alone.pop(key, None)
        packed = self._packed.get(key)
        return None if packed is None else msgspec.msgpack.decode(packed, type=Structure)

    def report_alone(self, report: Report) -> None:
        """Note those that no service asked for."""
        for line in self._alone.values():
            report.lose(line, "structure", "no service of its own: a structure alone is no record")


def _rows(paths: list[Path], report: Report) -> Iterator[Row]:
    """Services and structures, out of what may be around them."""
    for row in rows(paths, LISTS, report, owner="id"):
        inside = next((row.fields[name] for name in WRAPPED if isinstance(row.fields.get(name), dict)), None)
        one = Row(row.line, inside) if inside is not None and "id" not in row.fields else row
        yield one
        of_structure = one.fields.get("services")
        for count, service in enumerate(of_structure if isinstance(of_structure, list) else [], 1):
            if isinstance(service, dict):
                yield Row(f"{row.line}:services:{count}", service)
            else:
                report.read += 1
                report.refuse(f"{row.line}:services:{count}", "", "not an object")


def _is_service(row: Row) -> bool:
    return "structure_id" in row.fields


def _services(paths: list[Path], report: Report) -> Iterator[tuple[str, Service | Refused]]:
    structures = _Structures(paths, report)
    for row in _rows(paths, Report()):
        if _is_service(row):
            report.lose_others(row.line, row.fields, SERVICE_FIELDS, flat=SERVICE_FIELDS - {"structure"})
            yield row.line, _service(row, structures, report)
    structures.report_alone(report)


def _service(row: Row, structures: _Structures, report: Report) -> Service | Refused:
    for field in ("source", "structure_id", "id", "nom", "description"):
        if not texts.clean(row.fields.get(field)):
            return Refused(row.line, field, "required by data.inclusion, and empty")
    updated_on = texts.day(row.fields["date_maj"]) if "date_maj" in row.fields else None
    if updated_on is None:
        return Refused(row.line, "date_maj", f"{row.fields.get('date_maj')!r} is not a date")
    text = row.text
    if text("contact_nom_prenom"):
        report.lose(row.line, "contact_nom_prenom", "the name of a person is not kept")
    if len(text("id").split()) > 1:
        report.lose(row.line, "id", "white space in it becomes _")
    structure = structures.of(text("structure_id"))
    if structure is None:
        report.lose(row.line, "structure_id", "its structure is not among the files")
        structure = Structure(id=text("structure_id"))
    words = vocabulary()
    fees = text("frais")
    if fees not in ("", *FEES):
        report.lose(row.line, "frais", f"{fees!r} is not a word of data.inclusion v1")
    area = tuple(code for code in row.texts("zone_eligibilite", report) if _is_area(code, row, report))
    return Service(
        id="_".join(text("id").split()),
        source=text("source"),
        source_url=text("lien_source"),
        updated_on=updated_on,
        structure=structure,
        name=text("nom"),
        description=text("description"),
        kind=next(iter(row.words("type", words.values.kinds, report)), ""),
        email=text("courriel"),
        level=level_of(area),
        needs=row.words("thematiques", words.needs.keys(), report),
        audiences=tuple(Audience(who) for who in row.words("publics", words.audiences.keys(), report)),
        audience_text=text("publics_precisions"),
        phones=_phones(row, report),
        place=_place(row, report),
        area=area,
        hours=_hours(row),
        reception=row.words("modes_accueil", words.values.reception, report),
        come_by=row.words("modes_mobilisation", words.values.come_by, report),
        come_for=row.words("mobilisable_par", words.values.come_for, report),
        come_text=text("mobilisation_precisions"),
        come_url=text("lien_mobilisation"),
        fees=FEES.get(fees, Fees.UNKNOWN),
        fees_text=text("frais_precisions"),
        papers=text("conditions_acces"),
        weeks=_weeks(row, report),
        hours_per_week=row.decimal("volume_horaire_hebdomadaire", report, 0, 168),
    )


def _structure(row: Row, report: Report) -> Structure | None:
    report.lose_others(row.line, row.fields, STRUCTURE_FIELDS, row.prefix, flat=STRUCTURE_FIELDS)
    text = row.text
    updated_on = row.day("date_maj", report)
    for field in ("source", "id", "nom"):
        if not text(field):
            report.refuse(row.line, row.prefix + field, "required by data.inclusion, and empty")
            return None
    siret = text("siret")
    if siret and not re.fullmatch(r"[0-9]{14}", siret):
        report.lose(row.line, row.prefix + "siret", "not 14 digits")
        siret = ""
    return Structure(
        id=text("id"),
        name=text("nom"),
        description=text("description"),
        siret=siret,
        networks=row.words("reseaux_porteurs", vocabulary().values.networks, report),
        website=text("site_web"),
        email=text("courriel"),
        phones=_phones(row, report),
        place=_place(row, report),
        hours=_hours(row),
        accessibility_url=text("accessibilite_lieu"),
        source_url=text("lien_source"),
        updated_on=updated_on,
    )


def _phones(row: Row, report: Report) -> tuple[Phone, ...]:
    found, rest = texts.phones(row.fields.get("telephone"))
    if rest:
        report.lose(row.line, row.prefix + "telephone", "not a telephone number")
    return found


def _hours(row: Row) -> Hours:
    return opening.hours(row.fields.get("horaires_accueil"))


def _place(row: Row, report: Report) -> Place:
    return Place(
        street=row.text("adresse"),
        extra=row.text("complement_adresse"),
        postcode=row.shaped("code_postal", r"\d{5}", report),
        commune=row.text("commune"),
        insee=row.shaped("code_insee", r"\w{5}", report),
        latitude=row.decimal("latitude", report, -90, 90),
        longitude=row.decimal("longitude", report, -180, 180),
    )


def _weeks(row: Row, report: Report) -> int | None:
    weeks = row.decimal("nombre_semaines", report, 1, 10_000)
    return None if weeks is None else int(weeks)


def _is_area(code: str, row: Row, report: Report) -> bool:
    if AREA.fullmatch(code):
        return True
    report.lose(row.line, "zone_eligibilite", f"{code!r} is not a code of an area")
    return False
