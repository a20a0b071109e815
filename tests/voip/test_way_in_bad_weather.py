"""Registration and pulse together through loss, delay, restarts and moves, an hour in a moment, by many seeds.

FIELD_FAILURES 1 and 2: whatever happened, the terminal is registered again soon after the network is well, and what it
says of itself is true.
"""

import pytest

from kiosk.voip.engine import Registered
from kiosk.voip.probing import ProbeFailed, Proved
from tests.voip.weather import Weather, World

WELL = Weather()
SOON_S = 100.0
"""The longest pause of the ladder with its jitter (36 s), one refresh that finds a restarted registrar (half of 90 s),
and the digest's two requests."""


@pytest.mark.parametrize("seed", range(12))
def test_after_any_weather_it_is_registered_again_soon_and_never_lied(seed: int) -> None:
    world = World(seed)
    for _ in range(30):
        world.weather = Weather(world.chance.choice([0.0, 0.1, 0.5, 1.0]), world.chance.choice([0.0, 0.3]), 1.5)
        world.is_registrar_up = world.chance.random() > 0.2
        match world.chance.randrange(4):
            case 0:
                world.registrar.restart()
            case 1:
                world.move()
            case _:
                pass
        world.run(world.chance.uniform(5.0, 200.0))
        world.weather, world.is_registrar_up = WELL, True
        world.run(SOON_S)
        assert world.registration.is_registered
        assert world.probing.is_alive
        assert world.registrar.bound.get(world.wire.contact, 0.0) > world.now, "it says registered, and is"
    assert world.registrar.faults == []


@pytest.mark.parametrize("seed", range(6))
def test_a_third_of_all_packets_lost_costs_no_registration(seed: int) -> None:
    world = World(seed)
    world.weather = Weather(loss=0.3, doubled=0.1, latest_s=0.4)
    world.run(60.0)
    gone_s = 0.0
    for _ in range(1800):
        world.run(2.0)
        gone_s += 2.0 * (world.registrar.bound.get(world.wire.contact, 0.0) <= world.now)
    assert gone_s <= 36.0, f"not registered for {gone_s} s of an hour"
    assert sum(isinstance(event, Registered) for _, event in world.told) > 30


@pytest.mark.parametrize("seed", range(6))
def test_a_platform_that_dies_is_known_dead_within_31_s_and_alive_again_within_31(seed: int) -> None:
    world = World(seed)
    for _ in range(10):
        world.run(world.chance.uniform(30.0, 90.0))
        died = world.now
        world.is_registrar_up = False
        world.run(100.0)
        dead_after = min(when for when, event in world.told if isinstance(event, ProbeFailed) and when > died) - died
        assert dead_after <= 31.0
        assert not [event for when, event in world.told if isinstance(event, Proved) and when > died + 0.1]
        back = world.now
        world.is_registrar_up = True
        world.run(60.0)
        assert min(when for when, event in world.told if isinstance(event, Proved) and when > back) - back <= 31.0
