"""What a keyboard's keys mean: pure, by SDL's integer key codes (a keypad's 5 is 261, not a 5)."""

from kiosk.screens.shapes import Deed, Key, Press, Simulate

_KEYPAD_0 = 256
_KEYPAD = {_KEYPAD_0 + digit: str(digit) for digit in range(10)} | {268: "*", 267: "#"}
"""The keypad's / stands for #, which it lacks."""
_ROW = {48 + digit: str(digit) for digit in range(10)} | {42: "*", 35: "#"}
_SHIFTED = {51: "#", 56: "*"}
"""Where # and * are on the 3 and the 8."""
_LIFT, _ENTER, _KEYPAD_ENTER, _HELP, _LANGUAGE = ord("h"), 13, 271, ord("b"), ord("l")


def deed_of(code: int, modifiers: frozenset[str], *, with_panel: bool, is_lifted: bool) -> Deed | None:
    """The deed of a key, None for a key without any.

    With the drawn panel, ``h`` lifts and hangs up, ``b`` and Enter are the big button, ``l`` is the language's.
    """
    digit = _SHIFTED.get(code) if "shift" in modifiers else None
    digit = digit or _KEYPAD.get(code) or _ROW.get(code)
    if digit:
        return Key(digit)
    if not with_panel:
        return Press("help") if code in (_ENTER, _KEYPAD_ENTER) else None
    if code == _LIFT:
        return Simulate("hang_up" if is_lifted else "lift")
    if code in (_HELP, _ENTER, _KEYPAD_ENTER):
        return Simulate("press", "help")
    return Simulate("press", "language") if code == _LANGUAGE else None
