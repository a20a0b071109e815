"""Contrast and sizes, computed from the constants and from the font that is really used."""

import importlib.util
import struct
from pathlib import Path

import pytest

from kiosk.screens import style
from kiosk.screens.style import READING_DISTANCE_MM, Panel, contrast, mm_per_px
from tests.screens.scenes import LANGUAGES, PANELS, all_views


def test_contrast_is_the_one_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#c00000", "#ffffff") == pytest.approx(6.5, abs=0.05)


def test_text_stands_out_seven_to_one() -> None:
    for language in LANGUAGES:
        for seen in all_views(language):
            assert contrast(style.WHITE, seen.tone) >= 7, seen.name
    for ink, ground in (
        (style.INK, style.PAPER),
        (style.INK, style.WHITE),
        (style.FAINT, style.PAPER),
        (style.WHITE, style.CALL),
        (style.PAPER, style.INK),
    ):
        assert contrast(ink, ground) >= 7, (ink, ground)


def test_shapes_stand_out_three_to_one() -> None:
    for language in LANGUAGES:
        for seen in all_views(language):
            assert contrast(seen.tone, style.PAPER) >= 3
    for edge in (style.QUIET, style.CALL, style.PRESSED):
        assert contrast(edge, style.PAPER) >= 3


@pytest.mark.parametrize("face", ["Roboto-Regular.ttf", "Roboto-Bold.ttf"])
def test_cap_height_is_what_the_font_says(face: str) -> None:
    assert _cap_height_em(face) == pytest.approx(style.CAP_HEIGHT_EM, abs=1e-6)


@pytest.mark.parametrize("name", PANELS)
def test_main_text_subtends_the_angle_and_no_text_is_below_the_floor(name: str) -> None:
    panel, diagonal_in = PANELS[name]
    mm = mm_per_px(panel, diagonal_in)
    main_mm = panel.font_px(style.MAIN) * style.CAP_HEIGHT_EM * mm
    small_mm = panel.font_px(style.SMALL) * style.CAP_HEIGHT_EM * mm
    assert main_mm >= 7.33
    assert main_mm / READING_DISTANCE_MM >= 0.01221, "0.7 degree"
    assert small_mm >= 4.8


@pytest.mark.parametrize("name", PANELS)
def test_a_unit_is_at_least_a_millimetre(name: str) -> None:
    """The layout counts in units; on the smallest panel they must still be millimetres."""
    panel, diagonal_in = PANELS[name]
    assert panel.unit * mm_per_px(panel, diagonal_in) >= 0.999


def test_a_larger_panel_makes_everything_larger() -> None:
    assert Panel(1600, 960).font_px(style.MAIN) == pytest.approx(2 * Panel(800, 480).font_px(style.MAIN), abs=1)


def _cap_height_em(face: str) -> float:
    """sCapHeight over unitsPerEm (OpenType 1.9, OS/2 and head tables)."""
    kivy = importlib.util.find_spec("kivy")
    assert kivy is not None
    assert kivy.origin is not None
    font = (Path(kivy.origin).parent / "data" / "fonts" / face).read_bytes()
    tables = {}
    for i in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * i)
        tables[tag] = offset
    (units,) = struct.unpack_from(">H", font, tables[b"head"] + 18)
    (cap,) = struct.unpack_from(">h", font, tables[b"OS/2"] + 88)
    return float(cap) / float(units)
