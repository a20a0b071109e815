"""Pictograms as grey masks with smooth edges, the same on every graphics driver. Pure, with numpy.

Kivy's own smooth line is unfinished by its own word, and its plain line has stairs for edges; a mask computed from
the distance to each stroke has neither, and can be compared in a test without a window.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kiosk.screens.pictograms import Pictogram, marks

Mask = NDArray[np.float32]


def coverage(name: Pictogram, side: int) -> Mask:
    """How much of each pixel the pictogram covers, 0 to 1; ``side`` by ``side``, the first row at the top."""
    mask = np.zeros((side, side), dtype=np.float32)
    scale = side / 100
    for mark in marks(name):
        if len(mark) == 3:
            x, y, r = mark
            _capsule(mask, x * scale, y * scale, x * scale, y * scale, r * scale)
            continue
        points, width = mark
        for (x0, y0), (x1, y1) in pairwise(points):
            _capsule(mask, x0 * scale, y0 * scale, x1 * scale, y1 * scale, width * scale / 2)
    return mask


def _capsule(mask: Mask, x0: float, y0: float, x1: float, y1: float, radius: float) -> None:
    """Add all points within ``radius`` of the segment; looks only at the pixels near it."""
    side = mask.shape[0]
    reach = radius + 1
    left, right = max(0, int(min(x0, x1) - reach)), min(side, int(max(x0, x1) + reach) + 1)
    top, bottom = max(0, int(min(y0, y1) - reach)), min(side, int(max(y0, y1) + reach) + 1)
    if left >= right or top >= bottom:
        return
    y, x = np.mgrid[top:bottom, left:right].astype(np.float32) + 0.5
    dx, dy = x1 - x0, y1 - y0
    length2 = dx * dx + dy * dy
    along = np.clip(((x - x0) * dx + (y - y0) * dy) / length2, 0, 1) if length2 else np.zeros_like(x)
    distance = np.hypot(x - x0 - along * dx, y - y0 - along * dy)
    part = mask[top:bottom, left:right]
    np.maximum(part, np.clip(radius - distance + 0.5, 0, 1), out=part)


def pixels(name: Pictogram, side: int) -> bytes:
    """The mask as white with alpha, 4 bytes a pixel, the last row first as OpenGL wants it."""
    image = np.full((side, side, 4), 255, dtype=np.uint8)
    image[..., 3] = np.rint(coverage(name, side)[::-1] * 255)
    return image.tobytes()
