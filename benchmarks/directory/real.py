"""The real services that a benchmark starts from."""

from collections.abc import Sequence
from pathlib import Path

from kiosk.directory import bundle, formats
from kiosk.directory.record import Service
from kiosk.directory.sources.report import Report
from kiosk.directory.vocabulary import FOLDER

DATA = Path(__file__).resolve().parents[2] / "tests" / "data" / "directory"


def real_services(bundles: Sequence[Path] = ()) -> list[Service]:
    """Those of ``bundles`` and the helplines that ship, by id; without ``bundles`` those of the tests' data."""
    found = {service.id: service for service in formats.shipped()[0]}
    for path in bundles:
        found.update({service.id: service for service in bundle.read(path.read_bytes()).services()})
    if not bundles:
        report = Report()
        found.update({service.id: service for service in _of_the_tests(report)})
    return [found[key] for key in sorted(found)]


def _of_the_tests(report: Report) -> list[Service]:
    found = list(formats.read("dila", [DATA / "dila" / "ou_s_adresser.json"], report)[0])
    for folder in ("hsds_ilao", "hsds_ohana"):
        found += formats.read("hsds", [DATA / folder], report)[0]
    for table in sorted((DATA / "mednum").glob("*.json")):
        found += formats.read("table", [table], report, FOLDER / "mappings" / f"{table.stem}.toml")[0]
    return found
