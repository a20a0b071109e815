"""A small country of relays for the tests of index and search."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.directory import bundle
from kiosk.directory.bundle import Source
from kiosk.directory.index import live
from kiosk.directory.parts import Confidence, Cost, Hours, Level, Phone, Place
from kiosk.directory.places.spot import Spot, SpotKind
from kiosk.directory.record import Service
from kiosk.directory.search.directory import Directory
from kiosk.directory.search.question import Clock

SLEEP = "logement-hebergement--rechercher-une-solution-dhebergement-temporaire"
TONIGHT = f"{SLEEP}--ce-soir"
FOOD = "equipement-et-alimentation--alimentation"
ALCOHOL = "sante--addictions--alcool"
DRUGS = "sante--addictions--drogues"

ANGERS = Spot("Angers", "49007", "49000", "49", "52", "244900015", 47.4736, -0.5542, SpotKind.COMMUNE)
TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=ZoneInfo("Europe/Paris"))
SURE = Clock(TUESDAY, is_trusted=True)
UNSURE = Clock(TUESDAY, is_trusted=False)


def relay(key: str, name: str = "Accueil", **fields: object) -> Service:
    """A local relay with a number, in Angers unless ``place`` says otherwise."""
    given: dict[str, object] = {
        "level": Level.LOCAL,
        "phones": (Phone("0200000000"),),
        "place": at(47.47, -0.55),
        **fields,
    }
    return Service(id=f"essai--{key}", source="essai", name=name, **given)  # type: ignore[arg-type]


def at(latitude: float, longitude: float) -> Place:
    """A place in Angers, by its code, at this point."""
    return Place(postcode="49000", commune="Angers", insee="49007", latitude=latitude, longitude=longitude)


def line(key: str, name: str, *needs: str, confidence: Confidence = Confidence.A) -> Service:
    """A national line, free, day and night."""
    return relay(
        key,
        name,
        level=Level.NATIONAL,
        place=Place(),
        needs=needs,
        hours=Hours("24/7"),
        phones=(Phone("0800000000", cost=Cost.FREE),),
        confidence=confidence,
    )


def made(folder: Path, *services: Service) -> Path:
    """The index of a bundle of ``services``, which lies beside it as ``bundle``."""
    source = folder / "bundle"
    names = sorted({service.source for service in services} | {"essai"})
    source.write_bytes(bundle.build(services, [Source(name=name, licence="CC0-1.0") for name in names]))
    live.build(source, folder / "index")
    return folder / "index"


def directory(folder: Path, *services: Service) -> Directory:
    """The directory of ``services``, and of the helplines that ship."""
    return Directory.open(made(folder, *services))
