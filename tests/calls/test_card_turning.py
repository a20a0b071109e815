"""The pages of a card at the handset: key 5 turns them, ``#`` turns them back, and each has the card's keys."""

from kiosk.calls.browsing import page_of
from kiosk.calls.states import Browsing, Dial, LanguageChosen, Looked
from kiosk.guide.browse import AtCard, AtList, AtTakeAway
from tests.calls.test_browsing import searching, stand
from tests.calls.worlds import RULES, World
from tests.fakes.cards import FULL, STATES, card_of


def at_full_card() -> World:
    """A card of several pages, from which the relay may be called; another one comes after it."""
    world = searching()
    world.feel(Looked(world.looks[-1].look, card_of(FULL, STATES[0]).back.answer))
    world.press("1")
    return world


def page(world: World) -> tuple[int, int]:
    assert isinstance(world.state, Browsing)
    told = page_of(world.state, RULES).page
    return told.number, told.of


def test_five_turns_the_pages_of_a_card_and_hash_leads_back_to_the_one_before() -> None:
    world = at_full_card()
    number, of = page(world)
    assert number == 1
    seen = []
    for _ in range(of + 1):
        world.press("5")
        seen.append(page(world)[0])
    assert seen == [*range(2, of + 1), of, of], "behind the last page there is none"
    last = stand(world)
    assert isinstance(last, AtCard)
    assert last.page == of - 1
    assert isinstance(world.state, Browsing)
    assert world.state.is_hushed, "a key without a meaning is not told anew"
    seen = []
    for _ in range(of - 1):
        world.press("#")
        seen.append(page(world)[0])
    assert seen == list(range(of - 1, 0, -1))
    world.press("#")
    assert isinstance(stand(world), AtList)


def test_each_page_of_a_card_calls_takes_along_and_goes_on_to_the_first_page_of_the_next_one() -> None:
    world = at_full_card()
    world.press("5")
    before = stand(world)
    (dial, _) = world.press("1")
    assert isinstance(dial, Dial)
    assert dial.number == "0800000042"
    world.press("#")
    assert stand(world) == before
    world.press("2")
    assert isinstance(stand(world), AtTakeAway)
    world.press("#")
    assert stand(world) == before
    world.press("3")
    after = stand(world)
    assert isinstance(after, AtCard)
    assert (after.index, after.page) == (1, 0)


def test_hash_leads_to_the_page_before_the_one_that_is_seen_in_a_language_with_fewer() -> None:
    world = at_full_card()
    world.feel(LanguageChosen("en"))
    _, english = page(world)
    world.press(*"5" * (english - 1))
    world.feel(LanguageChosen("fr"))
    number, french = page(world)
    assert (number, french) == (french, french)
    assert french < english, "else this shows nothing"
    world.press("#")
    assert page(world) == (french - 1, french)
