"""The trend and the calibration on the card: whole or as they were, whatever happens."""

from pathlib import Path

import pytest

from kiosk.errors import NeedsTechnician
from kiosk.handset.files import KEPT, CradleFiles, Result
from kiosk.handset.verdict import Calibration, Verdict
from tests.outbox.worlds import FailingCard

CALIBRATION = Calibration(at_ms=1, hertz=(620.0,), played_dbfs=-30.0, tone_dbfs=(-44.0,))


def result(number: int) -> Result:
    return Result(
        at_ms=number,
        verdict=Verdict.OK,
        tone_dbfs=(-44.0,),
        noise_dbfs=(-80.0,),
        snr_db=(36.0,),
        delay_ms=80.0,
        lost_db=0.0,
    )


def test_nothing_is_remembered_of_a_new_card(tmp_path: Path) -> None:
    files = CradleFiles(tmp_path / "handset")
    assert (files.calibration(), files.trend(), files.set_aside) == (None, (), [])


def test_both_are_remembered_and_the_trend_keeps_its_last_two_hundred(tmp_path: Path) -> None:
    files = CradleFiles(tmp_path / "handset")
    files.keep_calibration(CALIBRATION)
    files.keep_trend(tuple(result(number) for number in range(KEPT + 50)))
    again = CradleFiles(tmp_path / "handset")
    assert again.calibration() == CALIBRATION
    assert [each.at_ms for each in again.trend()] == list(range(50, KEPT + 50))


@pytest.mark.parametrize("spoilt", [b"", b"[{", b"\xff\xfe", b'{"at_ms":"x"}', b"[1]"])
def test_a_spoilt_trend_is_set_aside_and_the_calibration_stays(tmp_path: Path, spoilt: bytes) -> None:
    files = CradleFiles(tmp_path)
    files.keep_calibration(CALIBRATION)
    (tmp_path / "cradle-trend.json").write_bytes(spoilt)
    assert (files.trend(), files.calibration()) == ((), CALIBRATION)
    assert len(files.set_aside) == 1
    assert (tmp_path / "cradle-trend.json.spoilt").read_bytes() == spoilt
    assert not (tmp_path / "cradle-trend.json").exists()


@pytest.mark.parametrize("operation", ["open", "write", "sync", "replace"])
def test_a_card_that_fails_in_the_middle_leaves_the_old_trend_and_says_so(tmp_path: Path, operation: str) -> None:
    card = FailingCard(operation)
    files = CradleFiles(tmp_path, card)
    files.keep_trend((result(1),))
    card.armed = True
    with pytest.raises(NeedsTechnician, match=r"cradle-trend\.json: .*card"):
        files.keep_trend((result(1), result(2)))
    assert CradleFiles(tmp_path).trend() == (result(1),)
