"""On a real modem, by hand: what no simulated one can show. The switchboard must not be running.

    KIOSK_ON_DEVICE=/etc/sos-crise/site.toml .venv/bin/python -m pytest -m on_device -s tests/on_device/test_modem.py

Nothing is dialled here (``test_terminal.py`` places a call); 112 is never called.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hardware.modem import Modem
from hardware.modem_events import ModemEvent
from hardware.modem_port import ModemPorts
from hardware.modem_power import ModemPower
from hardware.recovery import Rung
from kiosk import configuration
from kiosk.lines import modem_config

pytestmark = [pytest.mark.on_device, pytest.mark.timeout(300)]
READY_S = 60.0
BACK_S = 120.0
"""A module starts and finds its network again in this time."""


@pytest.fixture
def site() -> Path:
    named = os.environ.get("KIOSK_ON_DEVICE")
    if not named:
        pytest.skip("KIOSK_ON_DEVICE names no site's file: this runs on a terminal alone")
    if not configuration.load(Path(named)).modem.port:
        pytest.skip("the site's file names no modem.port")
    return Path(named)


def test_the_modem_could_carry_a_call(site: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "modem", "probe", "--config", str(site)],
        capture_output=True, text=True, timeout=READY_S * 2, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_modem_comes_back_by_itself_after_its_power_was_cut(site: Path) -> None:
    config = modem_config(configuration.load(site))

    async def story() -> None:
        events: list[ModemEvent] = []
        power = ModemPower(config.power)
        modem = Modem(config, events.append, ports=ModemPorts(config.port, config.pcm_port), power=power)
        modem.start()
        try:
            await _until(lambda: modem.status.is_ready, READY_S)
            if Rung.POWER not in power.ways:
                pytest.skip("the modem's power cannot be cut here: no cut_pin, and not on the USB")
            await asyncio.to_thread(power.cut)
            await _until(lambda: not modem.status.is_ready, READY_S)
            await _until(lambda: modem.status.is_ready, BACK_S)
        finally:
            await modem.close()

    asyncio.run(story())


async def _until(condition: Callable[[], bool], patience_s: float) -> None:
    for _ in range(round(patience_s * 10)):
        if condition():
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"not within {patience_s:.0f} s")
