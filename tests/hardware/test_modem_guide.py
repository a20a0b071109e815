"""The installer's guide (docs/modems.md) explains every reason that status and log can give about a modem."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.answers import STAT_REASONS
from hardware.families import FAMILIES
from hardware.outcome import Outcome

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "modems.md").read_text(encoding="utf-8")
TELLERS = {"_on_restart", "_on_lost", "_lose"}
"""Calls whose argument becomes the reason."""
SHORTEST = 12
"""Shorter pieces of text are joints, not reasons."""


def shown(node: ast.expr) -> str | None:
    """A text as the guide has it: what is filled in later is an ellipsis."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return None


def texts(node: ast.AST) -> Iterator[str]:
    """The texts in an expression, whole; not the pieces of an f-string."""
    if isinstance(node, ast.expr) and (text := shown(node)) is not None:
        if len(text) >= SHORTEST and " " in text:
            yield text
        return
    for child in ast.iter_child_nodes(node):
        yield from texts(child)


def reasons(module: str) -> set[str]:
    """Everything in ``module`` that becomes a status's reason or warning, or a port's error."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
        match node:
            case ast.Return(value=ast.expr() as value) if module.endswith("voice_readiness.py"):
                found |= set(texts(value))
            case ast.Return(value=ast.Call(func=ast.Name(id=name)) as call) if name.startswith("Device"):
                found |= set(texts(call))
            case ast.Raise(exc=ast.Call(func=ast.Name(id=name)) as call) if name.startswith("Device"):
                found |= set(texts(call))
            case ast.Assign(targets=[ast.Name(id="reason")], value=value):
                found |= set(texts(value))
            case ast.keyword(arg="reason" | "warning", value=value):
                found |= set(texts(value))
            case ast.Call(func=ast.Attribute(attr=name), args=arguments) if name in TELLERS:
                found |= {text for argument in arguments for text in texts(argument)}
    return found


MODULES = (
    "hardware/voice_readiness.py",
    "hardware/modem_keeper.py",
    "hardware/at_channel.py",
    "hardware/serial_port.py",
)


@pytest.mark.parametrize("module", MODULES)
def test_every_reason_of_the_driver_is_explained(module: str) -> None:
    found = reasons(module)
    assert found, f"{module} gives no reason any more: is the guide's test still looking at the right place?"
    assert {reason for reason in found if f"`{reason}`" not in GUIDE} == set()


def test_every_registration_state_is_explained() -> None:
    assert {reason for reason in STAT_REASONS.values() if f"`{reason}`" not in GUIDE} == set()


def test_every_outcome_and_every_family_is_in_the_guide() -> None:
    assert {outcome for outcome in Outcome if f"`{outcome}`" not in GUIDE} == set()
    assert {name for name in FAMILIES if f"`{name}`" not in GUIDE} == set()
