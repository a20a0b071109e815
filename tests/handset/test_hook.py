"""The hook's word against what people do, in virtual time."""

from kiosk.handset.hook import FAULTS, PRESSES, HookTrouble, HookWatch

NONE, UP, DOWN = HookTrouble.NONE, HookTrouble.STUCK_UP, HookTrouble.STUCK_DOWN


def watch(*, up: bool = False) -> HookWatch:
    hook = HookWatch(600.0)
    hook.is_told(off_hook=up, busy=False, now=1000.0)
    return hook


def press(hook: HookWatch, times: int, start: float, every: float = 2.0) -> float:
    for number in range(times):
        hook.pressed(start + number * every)
    return start + (times - 1) * every


def test_off_hook_with_neither_call_nor_key_is_stuck_after_a_while_and_well_when_it_hangs() -> None:
    hook = watch(up=True)
    assert hook.trouble(1600.0) is NONE
    assert hook.trouble(1601.0) is UP
    hook.is_told(off_hook=False, busy=False, now=1700.0)
    assert hook.trouble(1700.0) is NONE


def test_a_call_or_a_key_is_a_sign_of_life() -> None:
    hook = watch(up=True)
    hook.is_told(off_hook=True, busy=True, now=1100.0)
    assert hook.trouble(9000.0) is NONE
    hook.is_told(off_hook=True, busy=False, now=9000.0)
    assert hook.trouble(9600.0) is NONE
    assert hook.trouble(9601.0) is UP
    hook.pressed(9700.0)
    assert hook.trouble(9701.0) is NONE


def test_six_presses_on_hook_within_a_minute_are_somebody_whom_the_hook_denies() -> None:
    hook = watch()
    last = press(hook, PRESSES - 1, 2000.0)
    assert hook.trouble(last) is NONE
    hook.pressed(last + 2)
    assert hook.trouble(last + 2) is DOWN
    hook.is_told(off_hook=True, busy=False, now=last + 10)
    assert hook.trouble(last + 10) is NONE


def test_slow_presses_over_a_day_are_nobody() -> None:
    hook = watch()
    last = press(hook, 50, 2000.0, every=20.0)
    assert hook.trouble(last) is NONE


def test_the_suspicion_ends_by_the_cradle_test_or_by_itself() -> None:
    hook = watch()
    last = press(hook, PRESSES, 2000.0)
    assert hook.suspects(last)
    hook.handset_is_there()
    assert hook.trouble(last) is NONE
    last = press(hook, PRESSES, 3000.0)
    assert hook.trouble(last + 600) is DOWN
    assert hook.trouble(last + 601) is NONE


def test_stuck_up_and_then_stuck_down_is_inverted() -> None:
    hook = watch(up=True)
    assert hook.trouble(5000.0) is UP
    hook.is_told(off_hook=False, busy=False, now=5000.0)
    last = press(hook, PRESSES, 5005.0)
    assert hook.trouble(last) is HookTrouble.INVERTED
    hook = watch(up=True)
    hook.is_told(off_hook=False, busy=False, now=5000.0)
    last = press(hook, PRESSES, 6000.0)
    assert hook.trouble(last) is DOWN, "long after it was left off its hook"


def test_chatter_is_told_while_it_lasts_and_each_trouble_has_words() -> None:
    hook = watch()
    hook.chatters(True)
    assert hook.trouble(1000.0) is HookTrouble.CHATTERING
    hook.chatters(False)
    assert hook.trouble(1000.0) is NONE
    assert [bool(FAULTS[each]) for each in HookTrouble] == [False, True, True, True, True]
