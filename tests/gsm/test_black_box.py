"""The black box on the mobile line: a modem that is pulled out in a call leaves its last words on the card."""

import asyncio
from pathlib import Path

from hardware.modem import ModemConfig
from hardware.modem_events import EndReason
from hardware.replay import conclude
from hardware.transcript import read
from kiosk.calls.line import Answered, Ended
from kiosk.gsm.line import GsmLine
from tests.gsm.bench import NUMBER, ONE, bench


def test_a_modem_pulled_in_a_call_leaves_a_box_that_the_player_reads(tmp_path: Path) -> None:
    boxes = tmp_path / "black-box"

    async def story() -> None:
        async with bench(tmp_path / "modem") as made:
            # The bench's own line has no box: another one on the same modem, in its place.
            await made.line.close()
            config = ModemConfig(str(tmp_path / "modem" / "at"), health_s=1.0, black_box=boxes)
            made.line = GsmLine(config, made.hear)
            made.line.start()
            await made.ready()
            made.line.dial(ONE, NUMBER, "fr")
            await made.heard(Answered)
            assert not boxes.exists()
            await made.control("vanish")
            await made.heard(Ended)
            await made.until((boxes / "modem-1.txt").exists)

    asyncio.run(story())
    text = (boxes / "modem-1.txt").read_text(encoding="ascii")
    assert NUMBER not in text
    found = conclude(read(text))
    assert (found.family, found.losses) == ("sim7600", 1)
    (call,) = found.calls
    assert call.opened_certainly is True
    assert call.ended is not None
    assert call.ended.reason is EndReason.MODEM_LOST
