"""PortAudio's binding without PortAudio: cards that are pulled, come back, and are numbered as they please."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

FRAME_BYTES = 640
BEAT_S = 0.005
"""Faster than a real card's 20 ms, so that tests are short."""


class PortAudioError(Exception):
    """As the binding's own."""


@dataclass
class Card:
    """A card in the machine; ``is_in`` False: pulled."""

    name: str
    inputs: int = 1
    outputs: int = 1
    is_in: bool = True


@dataclass
class FakePortAudio:
    """Stands in for the module ``sounddevice``. The list of cards is read by ``_initialize``, as PortAudio's is."""

    cards: list[Card]
    opened: list[tuple[str, int, str]] = field(default_factory=list)
    """(mouth or ear, number, card) of each opening."""
    PortAudioError: type[Exception] = PortAudioError
    _listed: list[Card] = field(default_factory=list)

    def _terminate(self) -> None:
        self._listed = []

    def _initialize(self) -> None:
        self._listed = [card for card in self.cards if card.is_in]

    def query_devices(self) -> list[dict[str, Any]]:
        return [
            {"name": card.name, "max_input_channels": card.inputs, "max_output_channels": card.outputs}
            for card in self._listed
        ]

    def RawInputStream(self, device: int, callback: Callable[..., None], **form: Any) -> "Stream":
        return self._open("mouth", device, callback)

    def RawOutputStream(self, device: int, callback: Callable[..., None], **form: Any) -> "Stream":
        return self._open("ear", device, callback)

    def _open(self, which: str, device: int, callback: Callable[..., None]) -> "Stream":
        card = self._listed[device]
        if not card.is_in:
            raise PortAudioError("Device unavailable")
        self.opened.append((which, device, card.name))
        return Stream(card, callback)


class Stream:
    """Beats while its card is in the machine; of a pulled card it says nothing more."""

    def __init__(self, card: Card, callback: Callable[..., None]) -> None:
        self._card = card
        self._callback = callback
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fake-portaudio", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def abort(self, ignore_errors: bool = True) -> None:
        self._ended.set()

    def close(self, ignore_errors: bool = True) -> None:
        self._ended.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._ended.wait(BEAT_S):
            if self._card.is_in:
                self._callback(bytearray(FRAME_BYTES), FRAME_BYTES // 2, None, None)
