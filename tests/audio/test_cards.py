"""Sound cards are found by what stays, and an error says what is there."""

import pytest

from kiosk.audio.cards import SoundDevice, card_ids, find, sound_device
from kiosk.errors import NeedsTechnician

PROC = """ 0 [vc4hdmi        ]: vc4-hdmi - vc4-hdmi
                      vc4-hdmi
 1 [Handset        ]: USB-Audio - USB PnP Sound Device
                      C-Media Electronics Inc. USB PnP Sound Device at usb-3f980000.usb-1.2, full speed
"""
HANDSET = SoundDevice(1, "USB PnP Sound Device: Audio", "Handset", 1, 2)
HDMI = SoundDevice(0, "vc4-hdmi: MAI PCM i2s-hifi-0", "vc4hdmi", 0, 2)
PULSE = SoundDevice(2, "pulse", "", 32, 32)
ALL = [HDMI, HANDSET, PULSE]


def test_ids_are_read_from_alsa_s_list() -> None:
    assert card_ids(PROC) == {0: "vc4hdmi", 1: "Handset"}
    assert card_ids("--- no soundcards ---\n") == {}


def test_a_device_loses_its_number_and_gains_its_id() -> None:
    listed = sound_device(1, "USB PnP Sound Device: Audio (hw:1,0)", 1, 2, card_ids(PROC))
    assert listed == HANDSET
    assert sound_device(0, "vc4-hdmi: - (hw:0,0)", 0, 2, {}).name == "vc4-hdmi"


@pytest.mark.parametrize(
    "wanted",
    ["Handset", "handset", "USB PnP", "pnp sound", "plughw:Handset", "plughw:CARD=Handset,DEV=0", "hw:CARD=Handset"],
)
def test_part_of_id_or_name_is_enough(wanted: str) -> None:
    assert find(ALL, wanted, "input") == HANDSET
    assert find(ALL, wanted, "output") == HANDSET


def test_the_sound_server_has_a_name_too() -> None:
    assert find(ALL, "pulse", "output") == PULSE


@pytest.mark.parametrize("wanted", ["1", "hw:1", "hw:1,0", "plughw:0,0"])
def test_a_number_is_refused_because_it_changes(wanted: str) -> None:
    with pytest.raises(NeedsTechnician, match=r"changes at reboot.*Handset \(USB PnP Sound Device: Audio\)"):
        find(ALL, wanted, "input")


def test_a_missing_card_is_named_with_those_that_are_there() -> None:
    with pytest.raises(NeedsTechnician) as caught:
        find(ALL, "Jabra", "output")
    assert str(caught.value) == (
        "[audio] output = 'Jabra': no such sound card; plug it in, or correct the name; there are: "
        "Handset (USB PnP Sound Device: Audio), pulse, vc4hdmi (vc4-hdmi: MAI PCM i2s-hifi-0)"
    )


def test_an_ear_without_a_mouth_is_not_offered_as_input() -> None:
    with pytest.raises(NeedsTechnician, match=r"there are: Handset .*, pulse$"):
        find(ALL, "vc4hdmi", "input")


def test_no_card_at_all_says_none() -> None:
    with pytest.raises(NeedsTechnician, match="there are: none"):
        find([], "Handset", "input")


def test_a_name_of_two_cards_is_refused() -> None:
    twin = SoundDevice(3, "USB PnP Sound Device: Audio", "Handset_1", 1, 2)
    with pytest.raises(NeedsTechnician, match="more than one sound card"):
        find([HANDSET, twin], "USB", "input")
    assert find([HANDSET, twin], "Handset", "input") == HANDSET
