"""The French helplines that ship with the terminal: ``config/directory/helplines_fr.json`` and ``helplines.toml``.

The file is facts with a confidence on each line; what each line is for is ours, by its number.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from kiosk.directory.bundle import Source
from kiosk.directory.parts import Audience, Channel, Confidence, Family, Fees, Level, Phone, Structure
from kiosk.directory.record import Service, stable_id
from kiosk.directory.sources import opening, texts
from kiosk.directory.sources.documents import Row
from kiosk.directory.sources.report import Refused, Report, keep_good
from kiosk.directory.vocabulary import FOLDER
from kiosk.errors import BadInput

SHIPPED = FOLDER / "helplines_fr.json"
NAME = "helplines-fr"
FIELDS = frozenset(
    {"numero", "nom", "horaires", "cout", "langues", "public", "canal", "confiance", "sources", "note", "alias"}
)


REMEDY = "give a helplines file, {'etat': ..., 'lignes': [...]}"


class Purpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one number is for."""

    families: tuple[Family, ...]
    needs: tuple[str, ...]
    audiences: tuple[str, ...] = ()
    age_min: float | None = None
    age_max: float | None = None


class Purposes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``helplines.toml``."""

    by_number: dict[str, Purpose]


def purposes() -> dict[str, Purpose]:
    """What the numbers are for. Raises: BadInput when the shipped file cannot be used."""
    path = FOLDER / "helplines.toml"
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Purposes).by_number
    except (OSError, msgspec.DecodeError) as error:
        raise BadInput(f"{path.name}: {error}; install the terminal's config/directory again") from error


def read(paths: list[Path], report: Report) -> tuple[list[Service], list[Source]]:
    """The records of helplines files. Raises: BadInput when a file as a whole cannot be read."""
    known = purposes()
    services: list[Service] = []
    state = ""
    for path in paths:
        try:
            document = msgspec.json.decode(path.read_bytes())
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadInput(f"{path}: {error}; {REMEDY}") from error
        lines = document.get("lignes") if isinstance(document, dict) else None
        if not isinstance(lines, list):
            raise BadInput(f"{path}: no list 'lignes' in it; {REMEDY}")
        report.saw(document)
        state = texts.clean(document.get("etat"))
        services += keep_good(_services(path.name, lines, texts.day(state), known, report), report)
    title = "Numéros d'aide et d'urgence français"
    return services, [Source(name=NAME, licence="CC0-1.0", title=title, state=state)]


def _services(
    file: str, lines: list[Any], checked_on: date | None, known: dict[str, Purpose], report: Report
) -> Iterator[tuple[str, Service | Refused]]:
    for count, row in enumerate(lines, 1):
        line = f"{file}:{count}"
        if not isinstance(row, dict):
            yield line, Refused(line, "", "not an object")
            continue
        report.lose_others(line, row, FIELDS)
        yield line, _service(Row(line, row), checked_on, known, report)


def _service(row: Row, checked_on: date | None, known: dict[str, Purpose], report: Report) -> Service | Refused:
    line, text = row.line, row.text
    digits = texts.phone_number(text("numero"))
    if digits is None:
        return Refused(line, "numero", f"{text('numero')!r} is not one telephone number")
    if not text("nom"):
        return Refused(line, "nom", "no name")
    if text("confiance") not in ("A", "B", "C"):
        return Refused(line, "confiance", f"{text('confiance')!r} is not A, B or C")
    channel = {"voix": Channel.VOICE, "sms": Channel.SMS}.get(text("canal"))
    if channel is None:
        return Refused(line, "canal", f"{text('canal')!r} is not voix or sms")
    purpose = known.get(digits)
    if purpose is None:
        report.lose(line, "numero", "not in helplines.toml: what it is for stays empty")
    price, payer = texts.cost(text("cout"))
    languages, interpreting = [], []
    for name in row.texts("langues", report):
        code = texts.language(name)
        if code:
            languages.append(code)
        else:
            interpreting.append(name)
    return Service(
        id=stable_id(NAME, digits),
        source=NAME,
        structure=Structure(name=text("nom")),
        name=text("nom"),
        aliases=row.texts("alias", report),
        families=purpose.families if purpose else (),
        level=Level.NATIONAL,
        needs=purpose.needs if purpose else (),
        audiences=tuple(Audience(who) for who in purpose.audiences) if purpose else (),
        audience_text=text("public"),
        age_min=purpose.age_min if purpose else None,
        age_max=purpose.age_max if purpose else None,
        languages=tuple(languages),
        interpreting=", ".join(interpreting),
        phones=(Phone(digits, channel=channel, cost=price, cost_text=text("cout"), payer=payer),),
        area=("france",),
        hours=opening.hours(text("horaires"), is_whole=True),
        reception=("a-distance",),
        come_by=("telephoner",) if channel is Channel.VOICE else (),
        come_for=("usagers",),
        fees=Fees.FREE,
        verified_on=checked_on,
        verified_by="; ".join(row.texts("sources", report)),
        confidence=Confidence(text("confiance")),
        note=text("note"),
    )
