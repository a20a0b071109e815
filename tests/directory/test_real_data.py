"""Real records of every source, through bundle, patch and both exports."""

import json
from pathlib import Path

import msgspec
import pytest

from kiosk.directory import bundle, formats, patch
from kiosk.directory.bundle import Source
from kiosk.directory.exports import data_inclusion as inclusion_out
from kiosk.directory.exports import hsds as hsds_out
from kiosk.directory.record import Service
from kiosk.directory.sources import data_inclusion, hsds
from kiosk.directory.sources.documents import Row
from kiosk.directory.sources.report import Report
from tests.directory.records import everything

DATA = Path(__file__).resolve().parents[1] / "data" / "directory"


@pytest.fixture(scope="module")
def real() -> tuple[list[Service], list[Source]]:
    services, sources = formats.shipped()
    for path in sorted((DATA / "mednum").iterdir()):
        found = everything(formats.read("table", [path], Report(), Path(path.stem)))
        services, sources = services + found[0], sources + found[1]
    for form, path in (("dila", DATA / "dila" / "ou_s_adresser.json"), ("hsds", DATA / "hsds_ilao")):
        found = everything(formats.read(form, [path], Report()))
        services, sources = services + found[0], sources + found[1]
    return services, sources


def test_all_sources_make_one_sound_bundle_and_a_small_patch(real: tuple[list[Service], list[Source]]) -> None:
    services, sources = real
    old = bundle.build(services, sources)
    assert len(bundle.verify(old).manifest.sources) == 10
    new = bundle.build([msgspec.structs.replace(services[0], note="Fermé demain"), *services[1:]], sources)
    day = patch.make(old, new)
    assert patch.apply(old, day) == new
    assert len(day) < len(new) / 5


def test_hsds_gives_every_real_record_back_whole(real: tuple[list[Service], list[Source]]) -> None:
    written = json.loads(hsds_out.write(real[0], Report()))
    assert [hsds.service_of(Row("", one), "other") for one in written] == real[0]


def test_data_inclusion_is_the_same_after_one_more_turn(
    real: tuple[list[Service], list[Source]], tmp_path: Path
) -> None:
    path = tmp_path / "di.json"
    path.write_bytes(inclusion_out.write(real[0], Report()))
    report = Report()
    again = inclusion_out.write(everything(data_inclusion.read([path], report))[0], Report())
    assert json.loads(again) == json.loads(path.read_bytes())
    assert (report.refused, len(json.loads(again)["services"])) == (
        [],
        len([s for s in real[0] if s.updated_on or s.verified_on]),
    )
