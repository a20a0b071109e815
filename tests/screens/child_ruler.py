"""A child process that measures text with Kivy: JSON lines in (text, size in pixels, bold), JSON lines out."""

import json
import os
import sys

from kiosk.screens import surroundings

surroundings.prepare("offscreen", os.environ)

from kiosk.screens.paint import measure  # noqa: E402


def main() -> None:
    """Answer until the input ends."""
    in_pixels = measure(1.0)
    for line in sys.stdin:
        text, size_px, bold = json.loads(line)
        sys.stdout.write(json.dumps(in_pixels(text, size_px, bold)) + "\n")
        sys.stdout.flush()


main()
