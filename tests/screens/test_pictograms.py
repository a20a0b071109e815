"""Pictograms as masks: without Kivy, without colour."""

from itertools import combinations

import numpy as np

from kiosk.screens.pictograms import Pictogram
from kiosk.screens.stamps import coverage, pixels


def test_each_has_ink_and_stays_in_its_square() -> None:
    for name in Pictogram:
        mask = coverage(name, 120)
        assert 0.05 < mask.mean() < 0.6, name
        # A square one tenth larger than the ink's own would show what was cut: the edge carries almost none.
        edges = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
        assert edges.mean() < 0.12, name


def test_all_differ_in_shape_alone() -> None:
    masks = {name: coverage(name, 80) for name in Pictogram}
    for one, other in combinations(Pictogram, 2):
        union = np.maximum(masks[one], masks[other]).sum()
        assert np.abs(masks[one] - masks[other]).sum() / union > 0.08, (one, other)


def test_edges_are_smooth() -> None:
    mask = coverage(Pictogram.CLOCK, 200)
    assert 0.01 < ((mask > 0.05) & (mask < 0.95)).mean() < 0.1


def test_pixels_are_white_with_the_mask_as_alpha_from_the_last_row() -> None:
    image = np.frombuffer(pixels(Pictogram.LIFT, 50), np.uint8).reshape(50, 50, 4)
    assert (image[..., :3] == 255).all()
    assert np.array_equal(image[::-1, :, 3], np.rint(coverage(Pictogram.LIFT, 50) * 255).astype(np.uint8))
