"""DILA's two forms: the "Où s'adresser" sheets of service-public.fr, each a running text, and today's ``annuaire.py``.

Of a sheet, only what the text marks is taken: the number that follows "Par téléphone", and what it says of price and
hours up to the next section, if there is one number alone. All of the text stays as the description. A sheet without a
number is refused: nobody could be reached by it from here.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from kiosk.directory.bundle import Source
from kiosk.directory.parts import Cost, Hours, Level, Phone, Structure
from kiosk.directory.record import Service, stable_id
from kiosk.directory.sources import annuaire, opening, texts
from kiosk.directory.sources.documents import Row, rows
from kiosk.directory.sources.report import Refused, Report, keep_good

NAME = "dila"
TITLE = "Service-public.gouv.fr (DILA)"
FIELDS = frozenset({"id", "type", "text", "maxdate"})
SECTION = (
    r"(?:Par (?:téléphone|courrier|messagerie|courriel|mail|télécopie|fax|SMS|internet|formulaire|tchat)"
    r"|Sur (?:place|internet)|Téléphone|Télécopie|Courrier|Courriel|Adresse postale|Fax)\b"
)
"""What begins a part of a sheet."""
BY_PHONE = re.compile(r"(?:Par téléphone|Téléphone)\b(.*?)(?=" + SECTION + r"|\Z)", re.DOTALL)
NUMBER = re.compile(
    r"(?<![\d/,.])(?:(?:\+ ?33 ?(?:\(0\) ?)?[1-9](?:[ .]?\d){8})|0(?:[ .]?\d){9}|00(?: ?\d){9,11})(?!\d)"
)
SHORT = re.compile(r"\s*:?\s*(116 ?\d{3}|3\d ?\d\d|11[0-9])(?![\d ]*\d| ?[h€])")
"""A short number, only where it is the first thing said: elsewhere it may be an hour, a street or another's number."""
LONGEST_NAME = 120


def read(paths: list[Path], report: Report) -> tuple[Iterator[Service], Iterator[Source]]:
    """Counters in JSON files, or sheets: ``{"id", "type", "text", "maxdate"}``. Raises: BadInput, see the package."""
    state = ""

    def services() -> Iterator[Service]:
        nonlocal state
        for service in keep_good(_services(paths, report), report):
            state = max(state, str(service.updated_on or ""))
            yield service

    def sources() -> Iterator[Source]:
        yield Source(name=NAME, licence="etalab-2.0", title=TITLE, state=state)

    return services(), sources()


def _services(paths: list[Path], report: Report) -> Iterator[tuple[str, Service | Refused]]:
    kinds = annuaire.kinds()
    for row in rows(paths, ("sheets", *annuaire.LISTS), report):
        if annuaire.is_counter(row):
            yield row.line, annuaire.service(row, kinds, report)
            continue
        report.lose_others(row.line, row.fields, FIELDS)
        yield row.line, _service(row, report)


def _service(row: Row, report: Report) -> Service | Refused:
    key, text = row.text("id"), row.text("text")
    for field in ("id", "text"):
        if not row.text(field):
            return Refused(row.line, field, "empty")
    phones, hours = _phones(row, text, report)
    if not phones:
        return Refused(row.line, "text", "no telephone number is marked in it")
    name = name_in(text)
    return Service(
        id=stable_id(NAME, key),
        source=NAME,
        updated_on=row.day("maxdate", report),
        structure=Structure(name=name),
        name=name,
        description=text,
        level=Level.NATIONAL,
        phones=phones,
        hours=hours,
        area=("france",),
        reception=("a-distance",),
        come_by=("telephoner",),
    )


def name_in(text: str) -> str:
    """What stands before the first section or sentence of a sheet, in whole words, not too long."""
    head = re.split(rf"\s(?={SECTION})|\.\s|\s(?=Pour |Permet |Ministère )", text, maxsplit=1)[0].strip()
    if len(head) > LONGEST_NAME:
        head = head[: LONGEST_NAME + 1].rpartition(" ")[0]
    return head or text[:LONGEST_NAME]


def _numbers(part: str) -> list[re.Match[str]]:
    short = SHORT.match(part)
    return ([short] if short else []) + list(NUMBER.finditer(part))


def _phones(row: Row, text: str, report: Report) -> tuple[tuple[Phone, ...], Hours]:
    """The numbers marked as such; price and hours only where they can belong to one number alone."""
    found: list[Phone] = []
    hours = Hours()
    parts = [(part, _numbers(part)) for part in BY_PHONE.findall(text)]
    numbers = [match for _, matches in parts for match in matches]
    for part, matches in parts:
        for match in matches:
            digits = texts.phone_number(match[0].strip(" :"))
            if digits is None or digits in [phone.number for phone in found]:
                continue
            if len(numbers) > 1:
                found.append(Phone(digits))
                continue
            words = (part[: match.start()] + " " + part[match.end() :]).strip(" :.-")
            price, payer = texts.cost(words)
            said = texts.clean(words) if price is not Cost.UNKNOWN else ""
            found.append(Phone(digits, cost=price, cost_text=said, payer=payer))
            hours = opening.hours(texts.clean(part[match.end() :]).strip(" :.-"))
    if len(numbers) > 1:
        report.lose(row.line, "text", "several numbers: which price and hours are whose is not told apart")
    return tuple(found), hours if hours.osm else Hours()
