"""The house plan, held by machine: who may import what (docs/architecture.md)."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]

ONLY_IN = {
    "baresip": {"kiosk/voip/baresip.py", "kiosk/voip/baresip_native.py"},
    "rfcvoip": {"kiosk/voip/pyvoip.py", "kiosk/voip/pyvoip_call.py", "kiosk/voip/pyvoip_tap.py"},
    "dns": {"kiosk/voip/lookup.py"},
    "tinydb": {"kiosk/outbox/journal.py", "kiosk/outbox/store.py"},
    "escpos": {"kiosk/takeaway/composing.py"},
    "Stemmer": {"kiosk/directory/words/stemming.py"},
    "zstandard": {"kiosk/directory/frames.py"},
    "sqlite3": {"kiosk/directory/index/building.py", "kiosk/directory/index/store.py", "kiosk/demo/", "hub/"},
    "nacl": {"kiosk/outbox/seal.py", "hub/fleet/seal.py"},
    "requests": {"kiosk/outbox/sync.py", "kiosk/demo/story.py"},
    "serial": {"hardware/serial_port.py"},
    "gpiozero": {"hardware/inputs.py", "hardware/modem_power.py", "hardware/simulated/pins.py"},
    "sounddevice": {"kiosk/audio/device.py"},
    "soundfile": {"kiosk/audio/files.py", "hardware/simulated/wav.py"},
    "soxr": {"kiosk/audio/resampler.py", "hardware/simulated/wav.py", "kiosk/demo/platform_media.py"},
    "kivy": {"kiosk/screens/"},
    "segno": {"kiosk/screens/codes.py"},
    "django": {"hub/"},
    "ninja": {"hub/"},
}
"""A library and the only rooms that know it."""

PURE = (
    "kiosk/calls/machine.py",
    "kiosk/calls/race.py",
    "kiosk/calls/states.py",
    "kiosk/calls/visit.py",
    "kiosk/calls/dialplan.py",
    "kiosk/calls/browsing.py",
    "kiosk/calls/scenes.py",
    "kiosk/calls/snapshots.py",
    "kiosk/intents.py",
    "kiosk/guide/browse.py",
    "kiosk/guide/card_pages.py",
    "kiosk/guide/page.py",
    "kiosk/guide/pages.py",
    "kiosk/guide/tree.py",
    "kiosk/voip/digest.py",
    "kiosk/voip/menu.py",
    "kiosk/voip/transaction.py",
    "kiosk/readiness.py",
    "kiosk/directory/index/curve.py",
    "kiosk/directory/index/slips.py",
    "kiosk/directory/search/matching.py",
    "kiosk/directory/search/ranking.py",
    "kiosk/audio/cradle.py",
    "kiosk/audio/signal.py",
    "kiosk/handset/verdict.py",
    "kiosk/handset/hook.py",
    "kiosk/health/report.py",
    "kiosk/health/pace.py",
    "kiosk/guide/correction.py",
    "kiosk/guide/worker_page.py",
    "kiosk/guide/worker_state.py",
    "kiosk/guide/worker_touch.py",
    "hardware/simulated/receipt.py",
    "hardware/at.py",
    "hardware/at_lines.py",
    "hardware/call_tracker.py",
    "hardware/recovery.py",
    "hardware/urcs.py",
    "hardware/voice_readiness.py",
    "hardware/debounce.py",
    "hardware/stuck.py",
)
IMPURE = {"asyncio", "time", "datetime", "random", "socket", "threading", "os", "pathlib", "subprocess", "logging"}

UPSTREAM_OF = {
    "kiosk/calls/": (
        "kiosk.voip",
        "kiosk.gsm",
        "kiosk.outbox",
        "kiosk.screens",
        "kiosk.ipc",
        "kiosk.settings",
        "hardware",
    ),
    "kiosk/outbox/": ("kiosk.voip", "kiosk.gsm", "kiosk.screens", "kiosk.audio", "hardware", "hub"),
    "kiosk/screens/": ("kiosk.voip", "kiosk.gsm", "kiosk.outbox", "kiosk.calls", "kiosk.audio", "hardware", "hub"),
    "kiosk/directory/": ("kiosk.voip", "kiosk.gsm", "kiosk.outbox", "kiosk.screens", "kiosk.calls", "hardware", "hub"),
    "kiosk/guide/": ("kiosk.voip", "kiosk.gsm", "kiosk.outbox", "kiosk.screens", "kiosk.calls", "hardware"),
    "kiosk/audio/": ("kiosk.gsm", "kiosk.outbox", "kiosk.screens", "kiosk.ipc", "hub"),
    "hardware/": ("kiosk", "hub"),
    "hub/": ("kiosk", "hardware"),
}
"""A room, and what it must not know."""


def sources() -> list[str]:
    return sorted(
        str(path.relative_to(PROJECT))
        for room in ("kiosk", "hardware", "hub")
        for path in (PROJECT / room).rglob("*.py")
    )


def imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse((PROJECT / source).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def knows(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")


@pytest.mark.parametrize("library", sorted(ONLY_IN))
def test_a_library_is_known_in_one_place(library: str) -> None:
    rooms = ONLY_IN[library]
    users = {source for source in sources() if any(knows(name, library) for name in imports(source))}
    strangers = {user for user in users if not any(user == room or user.startswith(room) for room in rooms if room)}
    assert strangers == set()
    assert users, f"nobody imports {library}: is it still a dependency?"


@pytest.mark.parametrize("source", PURE)
def test_the_deciding_code_is_pure(source: str) -> None:
    assert {name for name in imports(source) if name.partition(".")[0] in IMPURE} == set()


@pytest.mark.parametrize("room", sorted(UPSTREAM_OF))
def test_nothing_upstream_imports_what_is_downstream(room: str) -> None:
    found = {
        (source, name)
        for source in sources()
        if source.startswith(room)
        for name in imports(source)
        if any(knows(name, forbidden) for forbidden in UPSTREAM_OF[room])
    }
    assert found == set()


def test_only_the_configuration_reads_the_environment() -> None:
    allowed = {
        "kiosk/configuration.py": "KIOSK_CONFIG",
        "kiosk/notify.py": "systemd's NOTIFY_SOCKET",
        "kiosk/voip/spawn.py": "hands it on to the child",
        "kiosk/demo/stage.py": "hands it on to the parts",
        "kiosk/demo/cast.py": "hands it on to the hub",
        "kiosk/demo/story.py": "is there a display",
        "kiosk/screens/app.py": "hands it to surroundings: Kivy and SDL are configured through it",
        "kiosk/audio/device.py": "PortAudio is configured through it",
        "hub/settings.py": "the hub's own configuration",
        "hub/manage.py": "Django's settings module",
        "hub/wsgi.py": "Django's settings module",
    }
    readers = set()
    for source in sources():
        for node in ast.walk(ast.parse((PROJECT / source).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
                readers.add(source)
    assert readers <= set(allowed)


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    long = {source: n for source in sources() if (n := len((PROJECT / source).read_text().splitlines())) > 400}
    assert long == {}


def test_core_starts_without_what_it_does_not_need_to_call() -> None:
    """Each of these costs a tenth of a second and more on a Pi, between a core that died and the next call."""
    heavy = {
        "numpy",
        "kivy",
        "escpos",
        "PIL",
        "dns",
        "requests",
        "soxr",
        "sounddevice",
        "soundfile",
        "baresip",
        "rfcvoip",
        "django",
    }
    code = "import kiosk.core, sys; print('\\n'.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert "kiosk.core" in loaded.stdout.split()
    assert heavy.intersection(loaded.stdout.split()) == set()
