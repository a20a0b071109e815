"""``kiosk handset test | calibrate | trend``: the cradle test, by the running switchboard."""

from datetime import UTC, datetime
from typing import Any

from kiosk.commands import output
from kiosk.commands.output import DONE, FAILED
from kiosk.ipc import Client
from kiosk.settings import Settings

WAIT_S = 20.0
"""For three tests in a row."""
SHOWN = 20
"""Lines of the trend that a person is shown."""
GOOD = frozenset({"ok", "no_calibration"})


def test(settings: Settings, *, as_json: bool) -> int:
    """Test the handset on its hook now. Failed when it is weak, mute, or the room is too loud to tell."""
    return _one(Client(settings.socket_path, "cli").request("handset.test", {}, WAIT_S), as_json=as_json)


def calibrate(settings: Settings, *, as_json: bool) -> int:
    """Keep what the handset gives now as what it gives when it is well; at the installation, in a quiet room."""
    return _one(Client(settings.socket_path, "cli").request("handset.calibrate", {}, WAIT_S), as_json=as_json)


def trend(settings: Settings, *, as_json: bool) -> int:
    """The last tests. Failed while they amount to a fault."""
    found = Client(settings.socket_path, "cli").request("handset.trend", {})
    if as_json:
        output.document(found)
        return FAILED if found["fault"] else DONE
    if found["calibration"] is None:
        output.line("not calibrated: lay the handset on its hook and run kiosk handset calibrate")
    else:
        output.line(f"calibrated {_when(found['calibration'])}: {_levels(found['calibration']['tone_dbfs'])} dBFS")
    head = ("when", "verdict", "tone dBFS", "noise dBFS", "lost dB")
    output.table([head, *(_row(each) for each in found["tests"][-SHOWN:])])
    if found["fault"]:
        output.line(f"fault: {found['fault']}")
    return FAILED if found["fault"] else DONE


def _one(found: dict[str, Any], *, as_json: bool) -> int:
    if as_json:
        output.document(found)
    else:
        _, verdict, tone, noise, lost = _row(found)
        output.line(f"{verdict}: tone {tone} dBFS over noise {noise} dBFS, delay {found['delay_ms']:.0f} ms")
        if found["lost_db"] is not None:
            output.line(f"  fainter than at the installation by {lost} dB")
        if found["calibration"] is None:
            output.line("  not calibrated: run kiosk handset calibrate")
        if found["fault"]:
            output.line(f"  fault: {found['fault']}")
    return DONE if found["verdict"] in GOOD else FAILED


def _row(result: dict[str, Any]) -> tuple[str, ...]:
    lost = result["lost_db"]
    return (
        _when(result),
        result["verdict"],
        _levels(result["tone_dbfs"]),
        _levels(result["noise_dbfs"]),
        "-" if lost is None else f"{lost:.1f}",
    )


def _when(dated: dict[str, Any]) -> str:
    return datetime.fromtimestamp(dated["at_ms"] / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _levels(levels: list[float]) -> str:
    return "/".join(f"{level:.0f}" for level in levels)
