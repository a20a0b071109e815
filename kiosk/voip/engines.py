"""Which SIP engines there are, and how one is loaded."""

import contextlib
import sys
from collections.abc import Callable, Iterator

from kiosk.errors import BadInput
from kiosk.voip.engine import Engine


def engine_class(name: str) -> Callable[[], Engine]:
    """The engine of that name; only the one that is used is imported. Raises: BadInput, when it cannot be loaded."""
    try:
        if name == "rfcvoip":
            # Our proxy finds the platform (kiosk.voip.resolver): the library does without its own way to ask for
            # names, which would take a quarter of its time to load.
            with _absent("dns.resolver"):
                from kiosk.voip.pyvoip import RfcvoipEngine

            return RfcvoipEngine
        from kiosk.voip.baresip import BaresipEngine
    except (ImportError, OSError) as error:
        raise BadInput(f"the SIP engine {name} cannot be loaded ({error}): run setup.sh again") from None
    return BaresipEngine


@contextlib.contextmanager
def _absent(module: str) -> Iterator[None]:
    """Whoever imports ``module`` meanwhile finds that it is not installed."""
    loaded = sys.modules.get(module)
    sys.modules[module] = None  # type: ignore[assignment]  # what importlib reads as "do not look for it"
    try:
        yield
    finally:
        del sys.modules[module]
        if loaded is not None:
            sys.modules[module] = loaded
