"""Finds the first word in a stream of packets, so that a plan of losses falls on the same words in every call.

Terminals begin to speak some packets earlier or later than each other; without this, each would lose other words.
"""

import numpy as np

from benchmarks.voice.impairments import PACKET_MS
from benchmarks.voice.speech import RATE, Speech
from kiosk.audio.frames import FRAME, level_dbfs
from kiosk.voip.rtp import Decoder
from tests.audio.line import FORMATS, PAYLOAD_TYPES

WORD_DBFS = -45.0
"""Of a packet: well above a codec's own noise in digital silence, well below speech at -26 (and at -35)."""


class FirstWord:
    """Of one direction of one call in ``codec``. One thread."""

    def __init__(self, speech: Speech, codec: str) -> None:
        """Raises: ValueError when ``speech`` is silent."""
        whole = speech.pcm[: len(speech.pcm) // FRAME * FRAME].reshape(-1, FRAME)
        loud = [number for number, packet in enumerate(whole) if level_dbfs(packet) > WORD_DBFS]
        if not loud:
            raise ValueError("the speech is silent: there is no first word")
        self.number = loud[0] * FRAME * 1000 // (RATE * PACKET_MS)
        """The packet of the speech, from its start, that has the first word in it."""
        kind = FORMATS[PAYLOAD_TYPES[codec]]
        assert kind is not None, f"unknown codec {codec}"
        assert kind.make_decoder is not None, f"no decoder for {codec}"
        self._decoder: Decoder = kind.make_decoder()

    def is_in(self, payload: bytes) -> bool:
        """Is it in this packet? To be asked about each packet from the first on, in order."""
        pcm = self._decoder.decode(payload)
        return level_dbfs(np.asarray(pcm)) > WORD_DBFS
