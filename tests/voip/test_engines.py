"""The engine that is asked for is loaded, and one that cannot be is named."""

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.errors import BadInput
from kiosk.voip.engines import engine_class

ROOT = Path(__file__).parents[2]


@pytest.mark.filterwarnings("ignore:'audioop' is deprecated")
@pytest.mark.parametrize(("name", "module"), [("baresip", "kiosk.voip.baresip"), ("rfcvoip", "kiosk.voip.pyvoip")])
def test_an_engine_that_cannot_be_loaded_is_named_with_the_remedy(
    name: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert engine_class(name).__module__ == module
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(BadInput, match=rf"{name} cannot be loaded .*setup\.sh"):
        engine_class(name)


def test_the_pure_python_engine_loads_without_a_resolver_which_stays_to_be_had() -> None:
    code = """
import sys, warnings
warnings.simplefilter("ignore")
from kiosk.voip.engines import engine_class
engine_class("rfcvoip")
print([name for name in sys.modules if name.startswith("dns")])
import dns.resolver
print(dns.resolver.Resolver.__name__)
"""
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == ["[]", "Resolver"]
