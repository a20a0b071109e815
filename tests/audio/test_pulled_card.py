"""A sound card that is pulled and comes back (field failure 8): by its name, under another number."""

import threading
from collections.abc import Iterator

import pytest

from kiosk.audio.cradle import Probe, measure
from kiosk.audio.device import DeviceHandset
from kiosk.audio.frames import SILENCE, Samples, samples
from kiosk.audio.mixer import Mixer
from kiosk.audio.signal import Levels, Signal
from tests.audio.sounds import prompts
from tests.audio.test_device import Faults, PulseServer, server, wait_for
from tests.fakes.portaudio import Card, FakePortAudio

__all__ = ["server"]
USB = "USB PnP Sound Device: Audio (hw:%d,0)"


class Beats:
    """Counts the beats of a handset."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, mic: bytes) -> bytes:
        self.count += 1
        return SILENCE


@pytest.fixture
def machine() -> Iterator[tuple[FakePortAudio, DeviceHandset, Beats, Faults]]:
    library = FakePortAudio([Card("HDMI 0 (hw:0,3)", inputs=0), Card(USB % 1)])
    handset = DeviceHandset("USB PnP", "USB PnP", patient=True, library=lambda: library)
    beats, faults = Beats(), Faults()
    handset.start(beats, faults)
    yield library, handset, beats, faults
    handset.close()


def test_a_card_that_comes_back_under_another_number_is_found_by_its_name(
    machine: tuple[FakePortAudio, DeviceHandset, Beats, Faults],
) -> None:
    library, _, beats, faults = machine
    wait_for(lambda: beats.count > 10, "the card's beat")
    usb = library.cards[1]
    usb.is_in = False
    wait_for(lambda: bool(faults.told), "the fault")
    assert "USB PnP Sound Device: Audio is lost" in faults.told[0]
    wait_for(lambda: "no such sound card" in faults.told[-1], "the search")
    at_loss = beats.count
    wait_for(lambda: beats.count > at_loss + 5, "our own beat in the card's place")
    # Meanwhile another card has taken its number, and it comes back behind that one.
    library.cards = [library.cards[0], Card("Webcam: Mic (hw:1,0)", outputs=0), Card("Jabra (hw:2,0)"), Card(USB % 3)]
    wait_for(lambda: faults.told[-1] == "", "the card's return")
    assert library.opened == [
        ("mouth", 1, USB % 1),
        ("ear", 1, USB % 1),
        ("mouth", 3, USB % 3),
        ("ear", 3, USB % 3),
    ]


def test_a_card_that_is_pulled_again_and_again_is_back_each_time_and_leaves_no_thread(
    machine: tuple[FakePortAudio, DeviceHandset, Beats, Faults],
) -> None:
    library, handset, beats, faults = machine
    wait_for(lambda: beats.count > 5, "the card's beat")
    for number in range(3):
        library.cards[1].is_in = False
        wait_for(lambda: bool(faults.told) and faults.told[-1] != "", "the fault")
        library.cards = [library.cards[0], Card(USB % (number + 2))]
        wait_for(lambda: faults.told[-1] == "", "its return")
    handset.close()
    assert "fake-portaudio" not in {thread.name for thread in threading.enumerate()}
    at_end = beats.count
    assert threading.Event().wait(0.1) is False
    assert beats.count == at_end


def test_the_sinks_of_a_real_server_vanish_and_come_back(server: PulseServer) -> None:
    beats, faults = Beats(), Faults()
    handset = DeviceHandset("pulse", "pulse", patient=True)
    handset.start(beats, faults)
    try:
        wait_for(lambda: beats.count > 20, "the card's beat")
        server.pull()
        wait_for(lambda: bool(faults.told), "the fault")
        at_loss = beats.count
        wait_for(lambda: beats.count > at_loss + 20, "our own beat")
        server.plug()
        wait_for(lambda: faults.told[-1] == "", "the return")
    finally:
        handset.close()


def heard_of(mixer: Mixer) -> Levels:
    done: list[Samples | None] = []
    signal = Signal()
    mixer.probe(Probe(signal, done.append))
    wait_for(lambda: bool(done), "the end of the cradle test")
    assert done[0] is not None
    assert len(done[0]) == samples(signal.whole_s)
    return measure(done[0], signal)


def test_the_cradle_test_is_heard_through_a_real_sound_server_and_not_when_the_earpiece_is_mute(
    server: PulseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The microphone is the earpiece's own sound: a loop of 0 dB, through PortAudio, ALSA and the server, both ways.
    monkeypatch.setenv("PULSE_SOURCE", "ear.monitor")
    mixer = Mixer(prompts(), -60.0)
    beats = Beats()

    def render(mic: bytes) -> bytes:
        beats(mic)
        return mixer.render(mic)

    handset = DeviceHandset("pulse", "pulse")
    handset.start(render, Faults())
    try:
        wait_for(lambda: beats.count > 50, "the card's beat")
        heard = heard_of(mixer)
        assert heard.tone_dbfs == pytest.approx((-30.0, -30.0, -30.0), abs=1.0)
        assert min(heard.snr_db) > 30.0
        server.mute_ear(True)
        assert max(heard_of(mixer).tone_dbfs) < -80.0
        server.mute_ear(False)
        assert heard_of(mixer).tone_dbfs == pytest.approx((-30.0, -30.0, -30.0), abs=1.0)
    finally:
        handset.close()
