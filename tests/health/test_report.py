"""The verdict on a terminal, the pace of its reports, and what a report may say."""

import asyncio
import itertools
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.calls.line import Readiness
from kiosk.health import gauges
from kiosk.health.pace import Filed, Pace
from kiosk.health.report import Health, InputReport, TestCallResult, Verdict, Weakness, clean
from kiosk.health.reporter import Reporter
from kiosk.outbox.envelope import Event
from kiosk.settings import HealthReports
from tests.health import worlds
from tests.health.worlds import GSM, VOIP, handset, health, line, machine, outbox
from tests.outbox.worlds import DrivenClock

SETTINGS = HealthReports()


def test_a_well_terminal_is_ok() -> None:
    assert (health().verdict, health().weak) == (Verdict.OK, ())


@pytest.mark.parametrize(
    ("changes", "weak"),
    [
        ({"lines": (line(VOIP), line(GSM, Readiness.DEAD, "no SIM"))}, Weakness.GSM),
        ({"lines": (line(VOIP, Readiness.UNKNOWN), line(GSM))}, Weakness.VOIP),
        ({"handset": handset(cradle="mute", bad_in_a_row=1)}, Weakness.CRADLE),
        ({"handset": handset(calibrated=False)}, Weakness.CALIBRATION),
        ({"handset": handset(inputs=(InputReport("key 5", "stuck"),))}, Weakness.KEYS),
        ({"handset": handset(hook="chattering")}, Weakness.HOOK),
        ({"test_calls": (worlds.a_test_call(GSM, ok=False),)}, Weakness.TEST_CALL),
        ({"machine": machine(card_free_mib=12)}, Weakness.CARD),
        ({"machine": machine(card_free_mib=0)}, Weakness.CARD),
        ({"machine": machine(card_free_mib=None, card_fault="the card does not answer")}, Weakness.CARD),
        ({"machine": machine(temperature_c=83.0)}, Weakness.HEAT),
        ({"machine": machine(power=("under_voltage",))}, Weakness.POWER),
        ({"outbox": outbox(lost=3)}, Weakness.RECORDS),
        ({"voice_restarts": 9}, Weakness.VOICE),
    ],
)
def test_each_weakness_is_named_and_degrades(changes: dict[str, Any], weak: Weakness) -> None:
    found = health(**changes)
    assert (found.verdict, found.weak) == (Verdict.DEGRADED, (weak,))


def test_a_light_that_is_off_is_out_of_order() -> None:
    found = health(trouble="handset", handset=handset(sound_fault="lost", cradle="mute"))
    assert (found.verdict, found.weak) == (Verdict.OUT_OF_ORDER, (Weakness.SOUND, Weakness.CRADLE))


def test_a_handset_that_cannot_be_tested_needs_no_calibration() -> None:
    assert health(handset=handset(calibrated=False, testable=False, cradle="")).verdict is Verdict.OK


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("registration failed: Forbidden (403)", "registration failed: Forbidden (403)"),
        ("call to 0612345678 refused", "call to # refused"),
        ("06 12 34 56 78 and 06.12.34.56.78, 06-12-34-56-78", "# and #, #"),
        ("l'h\u00f4te\n\x1b[31m", "l'h?te??[31m"),
    ],
)
def test_a_text_in_a_report_is_plain_and_holds_no_number(said: str, kept: str) -> None:
    assert clean(said) == kept
    assert len(clean("x" * 1000)) == 160


NOTHING: frozenset[Weakness] = frozenset()


def pace(filed: Filed | None = None) -> Pace:
    return Pace(SETTINGS, 1000.0, filed)


def test_the_first_report_waits_until_the_terminal_has_settled() -> None:
    mine = pace()
    assert [mine.is_due(Verdict.OK, NOTHING, at) for at in (1000.0, 1119.0, 1120.0)] == [False, False, True]


def test_a_core_that_restarts_does_not_take_its_coming_up_for_news() -> None:
    mine = pace(Filed(100.0, Verdict.OK))
    assert [mine.is_due(Verdict.OUT_OF_ORDER, NOTHING, at) for at in (1000.0, 1035.0, 1119.0)] == [False] * 3
    assert mine.is_due(Verdict.OUT_OF_ORDER, NOTHING, 1120.0)


def test_a_report_comes_daily_and_soon_after_a_change_that_lasts() -> None:
    mine = pace(Filed(1000.0, Verdict.OK))
    assert not mine.is_due(Verdict.OK, NOTHING, 87_399.0)
    assert mine.is_due(Verdict.OK, NOTHING, 87_400.0)
    mine.filed = Filed(87_400.0, Verdict.OK)
    assert not mine.is_due(Verdict.DEGRADED, NOTHING, 90_000.0)
    assert not mine.is_due(Verdict.DEGRADED, NOTHING, 90_029.0)
    assert mine.is_due(Verdict.DEGRADED, NOTHING, 90_030.0)


def test_a_weakness_that_is_new_is_news_although_the_verdict_stays() -> None:
    keys, both = frozenset((Weakness.KEYS,)), frozenset((Weakness.KEYS, Weakness.GSM))
    mine = pace(Filed(1000.0, Verdict.DEGRADED, keys))
    assert not mine.is_due(Verdict.DEGRADED, keys, 5000.0)
    assert [mine.is_due(Verdict.DEGRADED, both, at) for at in (5005.0, 5034.0, 5035.0)] == [False, False, True]
    mine.filed = Filed(5035.0, Verdict.DEGRADED, both)
    # That one is mended is told with the next report, and its coming back is no news until then.
    assert not mine.is_due(Verdict.DEGRADED, keys, 6000.0)
    assert not mine.is_due(Verdict.DEGRADED, both, 9000.0)


def test_a_missing_modem_is_in_a_report_within_a_quarter_of_an_hour() -> None:
    mine = pace(Filed(1000.0, Verdict.DEGRADED, frozenset((Weakness.KEYS,))))
    both = frozenset((Weakness.KEYS, Weakness.GSM))
    due = next(at for at in range(1200, 4000, 5) if mine.is_due(Verdict.DEGRADED, both, float(at)))
    assert due - 1200 <= 900


def test_a_flapping_terminal_reports_once_in_ten_minutes_and_ends_with_the_truth() -> None:
    mine, filed = pace(Filed(0.0, Verdict.OK)), []
    for second in range(1000, 5000, 5):
        verdict = Verdict.OUT_OF_ORDER if second // 60 % 2 and second < 4000 else Verdict.OK
        if mine.is_due(verdict, NOTHING, float(second)):
            mine.filed = Filed(float(second), verdict)
            filed.append((second, verdict))
    gaps = [later - earlier for (earlier, _), (later, _) in itertools.pairwise(filed)]
    assert min(gaps) >= 600
    assert len(filed) <= 7
    assert filed[-1][1] is Verdict.OK


class Terminal:
    """A core's health over time."""

    def __init__(self, folder: Path) -> None:
        self.clock = DrivenClock()
        self.number = 0
        self.changes: dict[str, Any] = {}
        self.filed: list[Event] = []
        self.note = folder / "health.json"
        self.start()

    def start(self) -> None:
        self.reporter = Reporter(SETTINGS, self.read, self.filed.append, self.clock, self.note)

    async def read(self, test_calls: tuple[TestCallResult, ...]) -> Health:
        self.number += 1
        return health(self.number, test_calls=test_calls, **self.changes)

    def live(self, seconds: int) -> None:
        async def look() -> None:
            for _ in range(0, seconds, 5):
                self.clock.push(5)
                await self.reporter.look()

        asyncio.run(look())

    def verdicts(self) -> list[str]:
        return [msgspec.json.decode(each.record)["verdict"] for each in self.filed]


def test_a_core_that_crashes_again_and_again_does_not_fill_the_card(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.live(180)
    assert terminal.verdicts() == ["ok"]
    for _ in range(20):
        terminal.start()
        terminal.live(180)
    assert terminal.verdicts() == ["ok"]
    terminal.clock.boot_name = "another-boot"
    terminal.start()
    terminal.live(180)
    assert terminal.verdicts() == ["ok", "ok"]


def test_a_change_is_filed_as_a_record_of_its_own_kind(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.live(600)
    terminal.changes = {"trouble": "no_path", "lines": (line(VOIP, Readiness.DEAD, "call to 0612345678"),)}
    terminal.live(600)
    assert terminal.verdicts() == ["ok", "out_of_order"]
    event = terminal.filed[1]
    record = msgspec.json.decode(event.record)
    assert (event.kind, event.version, record["kind"], record["id"]) == ("health", 1, "health", event.id)


def test_a_test_call_stands_in_the_next_reports(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.reporter.note_test_call(worlds.a_test_call(GSM, ok=False))
    terminal.reporter.note_test_call(worlds.a_test_call(VOIP))
    terminal.reporter.note_test_call(worlds.a_test_call(GSM))
    assert terminal.reporter.test_calls == (worlds.a_test_call(VOIP), worlds.a_test_call(GSM))
    terminal.live(200)
    assert [each["path"] for each in msgspec.json.decode(terminal.filed[0].record)["test_calls"]] == ["voip", "gsm"]


def test_a_spoilt_note_is_as_none(tmp_path: Path) -> None:
    (tmp_path / "health.json").write_bytes(b'{"boot":')
    terminal = Terminal(tmp_path)
    terminal.live(200)
    assert terminal.verdicts() == ["ok"]


def test_the_machine_is_read_where_it_can_be(tmp_path: Path) -> None:
    zone = tmp_path / "thermal_zone0"
    zone.mkdir()
    (zone / "temp").write_text("53692\n")
    assert gauges.temperature_c(tmp_path) == 53.7
    assert gauges.temperature_c(tmp_path / "none") is None
    throttled = tmp_path / "get_throttled"
    throttled.write_text("50005\n")
    assert gauges.power(throttled) == ("under_voltage", "throttled", "under_voltage_once", "throttled_once")
    assert gauges.power(tmp_path / "none") == ()
    free = gauges.card_free_mib(tmp_path)
    assert free is not None
    assert free > 0
    assert gauges.card_free_mib(tmp_path / "none") is None
