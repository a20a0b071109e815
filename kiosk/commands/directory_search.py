"""``kiosk directory build``, ``search`` and ``show`` on an index: the directory asked by hand, without core."""

import difflib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from kiosk import configuration
from kiosk.commands import output
from kiosk.commands.output import DONE
from kiosk.directory import bundle, formats
from kiosk.directory.hours.openness import Closed, HolidayCheck, Open
from kiosk.directory.hours.territory import Territory, territory_of, zone
from kiosk.directory.index import live
from kiosk.directory.index.schema import INDEX_VERSION
from kiosk.directory.index.store import Damaged, Index
from kiosk.directory.parts import Phone
from kiosk.directory.places.gazetteer import gazetteer
from kiosk.directory.places.spot import Spot
from kiosk.directory.record import Service, parse
from kiosk.directory.search.directory import Directory
from kiosk.directory.search.question import MOST_RESULTS, Answer, Clock, Found, Openness, Question
from kiosk.directory.search.understanding import with_codes
from kiosk.directory.search.weighing import kind_of
from kiosk.directory.vocabulary import vocabulary
from kiosk.errors import BadInput, NeedsTechnician
from kiosk.outbox.clock import ClockQuality, SystemClock

CHECK = "À VÉRIFIER / TO BE CHECKED"
"""In front of what confidence C says."""
LANGUAGES = (
    " aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el"
    " en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu"
    " ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na"
    " nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so"
    " sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
    " "
)
"""ISO 639-1. A language without such a code has three letters (ISO 639-3), which are not checked."""
_POINT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*")


Told = TypeVar("Told")


@dataclass(frozen=True)
class Wanted:
    """What was typed."""

    text: str
    near: str | None = None
    radius_km: float | None = None
    needs: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    open_at: str | None = None
    limit: int = 10
    explain: bool = False


def build(source: Path, index: Path) -> int:
    """Make ``index`` the index of the bundle ``source``. Raises: KioskError."""
    started = time.monotonic()
    count = live.build(source, index)
    output.line(f"{index}: {count} services, {index.stat().st_size} bytes, {time.monotonic() - started:.1f} s")
    return DONE


def search(config: Path | None, index: Path | None, wanted: Wanted, *, as_json: bool) -> int:
    """Print what answers ``wanted``. Raises: KioskError; BadInput for a word that the directory does not have."""
    clock = Clock(datetime.now(UTC), SystemClock().quality() is not ClockQuality.NONE)
    question = asked(wanted, clock)

    def answered(found: Index) -> tuple[Answer, float]:
        directory = Directory.ready(found)
        started = time.perf_counter()
        answer = directory.search(question, clock)
        return answer, (time.perf_counter() - started) * 1000

    answer, took_ms = _of_index(config, index, answered)
    if wanted.radius_km is not None and answer.near is None:
        raise BadInput(f"--radius {wanted.radius_km:g}: from where? give --near PLACE, or name a place in the text")
    if as_json:
        # what was typed may hold bytes that are no text
        text = wanted.text.encode(errors="replace").decode()
        output.document(document(text, answer, took_ms, explain=wanted.explain))
    else:
        _print(answer, took_ms, wanted)
    return DONE


def show(config: Path | None, index: Path | None, key: str) -> Service:
    """The record of that id, or the one whose id ends so after ``--``. Raises: BadInput unless there is exactly one."""
    lines = _of_index(config, index, lambda found: found.lines_of(key))
    if len(lines) != 1:
        raise BadInput(f"directory: {len(lines)} records have the id {key!r}; give the whole id of one")
    return parse(lines[0])


def asked(wanted: Wanted, clock: Clock) -> Question:
    """``wanted`` as a question. Raises: BadInput naming what is not known, with the remedy."""
    if not 1 <= wanted.limit <= MOST_RESULTS:
        raise BadInput(f"--limit {wanted.limit}: give 1 to {MOST_RESULTS}")
    if wanted.radius_km is not None and not 0 < wanted.radius_km < 25_000:
        raise BadInput(f"--radius {wanted.radius_km:g}: give kilometres, more than 0")
    near = None if wanted.near is None else spot(wanted.near)
    needs = vocabulary().needs
    themes = {"--".join(need.split("--")[:size]) for need in needs for size in range(1, need.count("--") + 2)}
    for need in wanted.needs:
        _known("--need", need, themes, "config/directory/vocabulary.toml has them all")
    for audience in wanted.audiences:
        _known("--audience", audience, set(vocabulary().audiences), f"one of {', '.join(vocabulary().audiences)}")
    for language in wanted.languages:
        if f" {language} " not in LANGUAGES and not re.fullmatch(r"[a-z]{3}", language):
            raise BadInput(f"--language {language}: no such language; give its ISO 639 code: fr, en, ar, fsl")
    return Question(
        text=wanted.text,
        near=near,
        radius_km=wanted.radius_km,
        needs=wanted.needs,
        audiences=wanted.audiences,
        languages=wanted.languages,
        open_at=None if wanted.open_at is None else _moment(wanted.open_at, near, clock),
        limit=wanted.limit,
        explain=wanted.explain,
    )


def spot(place: str) -> Spot:
    """The place that was typed. Raises: BadInput when there is none such."""
    if point := _POINT.fullmatch(place):
        latitude, longitude = float(point[1]), float(point[2])
        if abs(latitude) > 90 or abs(longitude) > 180:
            raise BadInput(f"--near {place}: no point on earth; give LATITUDE,LONGITUDE in degrees: 48.857,2.352")
        return Spot(name=place.strip(), latitude=latitude, longitude=longitude)
    found = gazetteer().find(place)
    if not found:
        raise BadInput(f"--near {place}: no such place; give a commune, a postcode, an INSEE code or LAT,LON")
    return found[0]


def document(query: str, answer: Answer, took_ms: float, *, explain: bool) -> dict[str, Any]:
    """The answer as JSON has it (docs/cli.md)."""
    return {
        "query": query,
        "took_ms": round(took_ms, 3),
        "clock": {"now": _iso(answer.clock.now), "trusted": answer.clock.is_trusted},
        "results": [_result(one, explain=explain) for one in answer.found],
    }


def _result(one: Found, *, explain: bool) -> dict[str, Any]:
    service = one.service
    found: dict[str, Any] = {
        "id": service.id,
        "name": service.name,
        "level": service.level,
        "phones": [
            {"number": phone.number, "cost": phone.cost, "channel": phone.channel} for phone in _phones(service)
        ],
        "open": _open(one.openness),
        "distance_km": one.distance_km,
        "languages": list(service.languages),
        "capacity": one.room,
        "verified_on": service.verified_on,
    }
    if service.confidence == "C":
        found["to_be_checked"] = True
    if explain:
        found["score"] = one.score
        found["why"] = [{"name": reason.name, "value": reason.value, "points": reason.points} for reason in one.reasons]
    return found


def _phones(service: Service) -> tuple[Phone, ...]:
    """Its own numbers, else those of who runs it."""
    return service.phones or service.structure.phones


def _open(answer: Openness) -> dict[str, Any]:
    found: dict[str, Any] = {"state": kind_of(answer)}
    match answer:
        case Open(until):
            found["until"] = None if until is None else _iso(until)
        case Closed(opens_at, reason):
            found["opens_at"] = None if opens_at is None else _iso(opens_at)
            if reason:
                found["reason"] = reason
        case HolidayCheck(day, name):
            found |= {"day": day, "holiday": name}
        case _:
            found["reason"] = answer.reason
            if answer.comment:
                found["comment"] = answer.comment
    return found


def _print(answer: Answer, took_ms: float, wanted: Wanted) -> None:
    near = answer.near
    where = "" if near is None else f", from {near.name}" + (f" ({near.department})" if near.department else "")
    needs = f", for {', '.join(answer.needs)}" if answer.needs else ""
    output.line(f"{len(answer.found)} found in {took_ms:.1f} ms{where}{needs}")
    if wanted.open_at is None and not answer.clock.is_trusted:
        output.line(
            "this machine does not know the time for sure: what depends on it reads unknown (--open-at names one)"
        )
    for place, one in enumerate(answer.found, 1):
        service = one.service
        away = "" if one.distance_km is None else f", {one.distance_km:.1f} km"
        output.line(f"{place:3}. {service.name} ({service.level or 'level unknown'}{away})  {service.id}")
        if service.confidence == "C":
            output.line(f"     {CHECK}")
        state = ", ".join(str(value) for value in _open(one.openness).values() if value is not None)
        phones = "; ".join(f"{phone.number} ({phone.channel}, {phone.cost})" for phone in _phones(service))
        output.line(f"     {state}{'; ' if phones else ''}{phones}")
        if wanted.explain:
            for reason in one.reasons:
                output.line(f"     {reason.points:+8.2f}  {reason.name:10} {reason.value}")
            output.line(f"     {one.score:+8.2f}  in all")


def _known(option: str, word: str, known: set[str], remedy: str) -> None:
    if word in known:
        return
    near = difflib.get_close_matches(word, sorted(known), 3, 0.5)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    raise BadInput(f"{option} {word}: no such {option[2:]}; {hint}{remedy}")


def _moment(text: str, near: Spot | None, clock: Clock) -> datetime:
    """The time that was typed; without a zone, it is the place's own."""
    if text == "now":
        return clock.now
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"--open-at {text}: no date and time; give ISO 8601: 2026-12-24T18:00, or now") from error
    if found.tzinfo is not None:
        return found
    place = Spot() if near is None else with_codes(near)
    territory = territory_of(place.insee or place.department) if place.insee or place.department else None
    return found.replace(tzinfo=zone(territory or Territory.METROPOLE))


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _of_index(config: Path | None, index: Path | None, ask: Callable[[Index], Told]) -> Told:
    """What ``ask`` finds; where the index turns out to be damaged on the way, in one that was built again."""
    found = _index(config, index)
    try:
        return ask(found)
    except Damaged as fault:
        found.close()
        found = live.rebuilt(found.path, fault)
        return ask(found)
    finally:
        found.close()


def _index(config: Path | None, index: Path | None) -> Index:
    """``index``, else the terminal's live one, else one that is built once from the helplines that ship."""
    if index is not None:
        if not _is_there(index):
            raise BadInput(f"--index {index}: no such file; make it: kiosk directory build BUNDLE --index {index}")
        if index.is_dir():
            raise BadInput(f"--index {index}: a folder; give the index in it")
        return live.opened_or_rebuilt(index)
    settings = configuration.load(config)
    if _is_there(settings.index_path):
        return live.opened_or_rebuilt(settings.index_path)
    content = bundle.build(*formats.shipped())
    name = f"helplines-{INDEX_VERSION}-{bundle.manifest_of(content).sha256[:12]}"
    folder = Path.home() / ".cache" / "sos-crise"
    source, found = folder / f"{name}.bundle", folder / f"{name}.sqlite"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not source.exists() or source.read_bytes() != content:
            fresh = source.with_suffix(".new")
            fresh.write_bytes(content)
            fresh.replace(source)
    except OSError as error:
        raise NeedsTechnician(f"{folder}: {error.strerror}; make it writable, or give --index") from error
    return live.opened_or_rebuilt(found, source)


def _is_there(path: Path) -> bool:
    """Whether there is such a file. Raises: NeedsTechnician when that may not be looked at."""
    try:
        return path.exists()
    except OSError as error:
        raise NeedsTechnician(
            f"{path}: {error.strerror}; run this as a user who may read it, or give --index"
        ) from error
