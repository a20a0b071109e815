"""The ladder: mildest first, each rung once, later rounds rarer; times passed in."""

from hardware.recovery import AGAIN_S, TELL_S, Ladder, Rung, Trouble

ALL = frozenset(Rung)


def climbed(trouble: Trouble, until_s: int, ways: frozenset[Rung] = ALL) -> list[tuple[int, Rung]]:
    """What is done for a trouble that begins at 1000 s and is looked at every 10 s."""
    ladder = Ladder()
    done = []
    for at in range(0, until_s, 10):
        ladder.see(trouble, 1000.0 + at)
        if rung := ladder.due(1000.0 + at, ways):
            done.append((at, rung))
    return done


def test_no_network_is_met_with_ever_stronger_means() -> None:
    assert climbed(Trouble.NO_SERVICE, 2000) == [
        (180, Rung.RADIO), (600, Rung.RESET), (1200, Rung.KEY), (1800, Rung.POWER),
    ]  # fmt: skip


def test_what_a_terminal_cannot_do_is_left_out() -> None:
    ways = frozenset((Rung.RADIO, Rung.POWER))
    assert climbed(Trouble.NO_SERVICE, 2000, ways) == [(180, Rung.RADIO), (1800, Rung.POWER)]
    assert climbed(Trouble.MISSING, 2000, ways - {Rung.POWER}) == []


def test_a_modem_that_is_away_gets_its_key_pressed_and_then_its_power_cut() -> None:
    assert climbed(Trouble.MISSING, 600) == [(60, Rung.KEY), (180, Rung.POWER)]
    assert climbed(Trouble.SILENT, 600) == climbed(Trouble.MISSING, 600)


def test_after_the_last_rung_the_ladder_is_climbed_again_an_hour_later_and_then_more_rarely() -> None:
    times = [at for at, rung in climbed(Trouble.MISSING, 8 * 3600) if rung is Rung.POWER]
    first, second, third = times[:3]
    assert second - first >= AGAIN_S
    assert third - second >= 2 * AGAIN_S


def test_silent_now_and_missing_then_is_one_trouble() -> None:
    ladder = Ladder()
    ladder.see(Trouble.SILENT, 0.0)
    ladder.see(Trouble.MISSING, 50.0)
    assert ladder.due(61.0, ALL) is Rung.KEY


def test_a_good_look_ends_the_trouble() -> None:
    ladder = Ladder()
    ladder.see(Trouble.NO_SERVICE, 0.0)
    ladder.see(Trouble.NONE, 170.0)
    ladder.see(Trouble.NO_SERVICE, 175.0)
    assert ladder.due(190.0, ALL) is None


def test_a_modem_that_is_away_is_told_of_within_a_quarter_of_an_hour_and_once() -> None:
    ladder = Ladder()
    told = []
    for at in range(0, 3600, 30):
        ladder.see(Trouble.MISSING, float(at))
        ladder.due(float(at), frozenset())
        if ladder.is_news(float(at)):
            told.append(at)
    assert told == [TELL_S]
    assert TELL_S <= 900
