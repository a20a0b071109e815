"""The directory at the handset: keys alone lead from the menu to a relay, to a call with it, and back."""

from dataclasses import replace
from datetime import timedelta

import msgspec

from kiosk import intents
from kiosk.calls.browsing import page_of
from kiosk.calls.line import Answered, Cause, Ended
from kiosk.calls.record import Purpose
from kiosk.calls.scenes import scene
from kiosk.calls.states import (
    AskedToRepeat,
    Browsing,
    CallAsked,
    Connected,
    Dial,
    Dialling,
    Gave,
    Give,
    HandsetLifted,
    HandsetReplaced,
    Idle,
    LanguageChosen,
    LeftOffHook,
    Look,
    Looked,
    Menu,
    Over,
)
from kiosk.directory.hours.openness import Closed
from kiosk.directory.parts import Confidence
from kiosk.directory.search.question import Answer, Question
from kiosk.guide.browse import AtCard, AtList, AtNeeds, AtNumber, AtTakeAway, Failed, Searching, Way
from kiosk.guide.page import PageKind
from kiosk.intents import Meanings
from tests.calls.worlds import HELPLINE, PLAN, RULES, World
from tests.fakes.directory import ANSWER, CLOCK, FREE_LINE, LINE_115, NOW, SHELTER, found


def searching(world: World | None = None) -> World:
    """Somebody asked for a bed tonight."""
    world = world or World()
    world.feel(HandsetLifted())
    world.press("3", "2", "1")
    return world


def at_list(world: World | None = None) -> World:
    world = searching(world)
    world.feel(Looked(world.looks[-1].look, ANSWER))
    return world


def at_card(key: str, world: World | None = None) -> World:
    world = at_list(world)
    world.press(key)
    return world


def kind(world: World) -> PageKind:
    assert isinstance(world.state, Browsing)
    return page_of(world.state, RULES).page.kind


def stand(world: World) -> object:
    assert isinstance(world.state, Browsing)
    return world.state.stand


def test_keys_alone_lead_from_the_menu_to_a_card() -> None:
    world = World()
    world.feel(HandsetLifted())
    world.press("3")
    kinds = [kind(world)]
    world.press("2")
    kinds.append(kind(world))
    (look,) = world.press("1")
    kinds.append(kind(world))
    assert isinstance(look, Look)
    assert look.question == Question(
        needs=("logement-hebergement--rechercher-une-solution-dhebergement-temporaire--ce-soir",), limit=12
    )
    world.feel(Looked(look.look, ANSWER))
    kinds.append(kind(world))
    world.press("2")
    kinds.append(kind(world))
    assert kinds == [PageKind.NEEDS, PageKind.NEEDS, PageKind.NOTICE, PageKind.LIST, PageKind.CARD]
    assert world.hang_up() is None, "nothing was dialled: nothing is recorded"


def test_hash_leads_back_the_same_way_and_out() -> None:
    world = at_card("1")
    world.press("2")
    passed = [stand(world)]
    for _ in range(4):
        world.press("#")
        passed.append(stand(world))
    assert [type(each) for each in passed] == [AtTakeAway, AtCard, AtList, AtNeeds, AtNeeds]
    assert passed[-1] == AtNeeds()
    world.press("#")
    assert isinstance(world.state, Menu)


def test_five_turns_the_page_as_long_as_there_is_one() -> None:
    world = World()
    world.feel(HandsetLifted())
    world.press("3", "5", "5")
    assert stand(world) == AtNeeds(page=2)
    world.press("5")
    assert stand(world) == AtNeeds(page=2)
    world.press("#")
    assert stand(world) == AtNeeds(page=1)


def test_a_relay_that_is_free_is_called_with_one_key_and_its_card_comes_back() -> None:
    world = at_card("3")
    (dial, _) = world.press("1")
    assert isinstance(dial, Dial)
    assert dial.number == "0800000042"
    world.feel(Answered(world.attempt(1)))
    assert isinstance(world.state, Connected)
    world.feel(Ended(world.attempt(1), Cause.HUNG_UP_BY_REMOTE))
    assert isinstance(stand(world), AtCard)
    assert isinstance(world.state, Browsing)
    assert page_of(world.state, RULES).sentences[0].words == "L\u2019appel est fini."
    record = world.hang_up()
    assert record is not None
    assert [(each.purpose, each.result) for each in record.attempts] == [(Purpose.RELAY, "answered")]
    assert "0800000042" not in repr(record)


def test_a_relay_that_is_not_free_is_shown_and_never_called() -> None:
    world = at_card("1")
    assert isinstance(world.state, Browsing)
    assert [item.key for item in page_of(world.state, RULES).page.items] == ["2", "3", "5", "#", "0"]
    assert world.press("1") == []
    assert isinstance(stand(world), AtCard)
    first, *rest = [each.words for each in page_of(world.state, RULES).sentences]
    assert first == "D\u2019ici, cet appel est impossible. Une personne peut vous aider\u00a0: touche 0."
    assert "Appelez ce numéro d\u2019un autre téléphone. Ou touche 0\u00a0: une personne vous aide." in rest


def test_a_relay_at_an_ordinary_number_is_called_where_the_site_pays() -> None:
    plan = replace(PLAN, pays_ordinary=True)
    world = at_card("1", World(replace(RULES, guide=replace(RULES.guide, plan=plan))))
    (dial, _) = world.press("1")
    assert isinstance(dial, Dial)
    assert dial.number == "0148000001"


def at_closed_card() -> World:
    """A free line that nobody answers before tomorrow."""
    line = msgspec.structs.replace(FREE_LINE, confidence=Confidence.A)
    closed = found(line, Closed(NOW.replace(hour=9) + timedelta(days=1)))
    world = searching()
    world.feel(Looked(world.looks[-1].look, Answer((closed,), CLOCK)))
    world.press("1")
    return world


def test_a_line_that_is_closed_says_so_before_it_is_called_and_is_called_all_the_same() -> None:
    world = at_closed_card()
    assert isinstance(world.state, Browsing)
    assert "Pour appeler quand même, gratuitement, touche 1." in page_of(world.state, RULES).page.say.splitlines()
    assert world.press("1") == []
    assert isinstance(world.state, Browsing)
    warned = page_of(world.state, RULES)
    assert warned.sentences[0].words == "C’est fermé maintenant. Pour appeler quand même, touche 1."
    assert (warned.page.lines[0].text, warned.page.lines[0].tone) == (
        "Touche\u00a01\u00a0: appeler quand même",
        "closed",
    )
    (dial, _) = world.press("1")
    assert isinstance(dial, Dial)
    assert dial.number == "0800000042"


def test_an_emergency_number_is_called_at_once_whatever_the_directory_says() -> None:
    closed = found(LINE_115, Closed(NOW.replace(hour=9) + timedelta(days=1)))
    world = searching()
    world.feel(Looked(world.looks[-1].look, Answer((closed,), CLOCK)))
    world.press("1")
    assert isinstance(world.state, Browsing)
    assert "Pour appeler gratuitement, touche 1." in page_of(world.state, RULES).page.say.splitlines()
    assert isinstance(world.press("1")[0], Dial)


def test_another_key_takes_the_warning_back_and_an_unsure_line_has_none() -> None:
    world = at_closed_card()
    world.press("1", "2", "#")
    assert world.press("1") == []
    assert isinstance(at_card("3").press("1")[0], Dial), "closed, but nobody is sure of it"


def test_a_relay_that_does_not_answer_is_told_and_back_leads_to_its_card() -> None:
    world = at_card("3")
    world.press("1")
    world.feel(Ended(world.attempt(1), Cause.BUSY))
    assert isinstance(world.state, Over)
    world.press("#")
    assert isinstance(stand(world), AtCard)


def test_the_helpline_is_one_key_away_on_every_page_and_back_finds_the_page_again() -> None:
    for world in (searching(), at_list(), at_card("1")):
        before = stand(world)
        (dial, _) = world.press("0")
        assert isinstance(dial, Dial)
        assert dial.number == "0800190000"
        world.press("#")
        assert stand(world) == before


def test_a_directory_that_does_not_answer_is_told_within_two_seconds() -> None:
    world = searching()
    world.wait(1.9)
    assert isinstance(stand(world), Searching)
    world.wait(0.2)
    assert isinstance(stand(world), Failed)
    assert isinstance(world.state, Browsing)
    assert [item.key for item in page_of(world.state, RULES).page.items] == ["1", "#", "0"]
    world.feel(Looked(world.looks[-1].look, ANSWER))
    assert isinstance(stand(world), Failed), "a late answer changes nothing"
    world.press("1")
    world.feel(Looked(world.looks[-1].look, ANSWER))
    assert isinstance(stand(world), AtList)


def test_nothing_found_is_never_shown_as_an_answer() -> None:
    world = searching()
    world.feel(Looked(world.looks[-1].look, Answer((), CLOCK)))
    assert isinstance(stand(world), Failed)


def test_a_key_without_a_meaning_hushes_and_star_says_it_again() -> None:
    world = at_card("1")
    told = scene(world.state, RULES).text
    assert told
    world.press("9")
    assert (scene(world.state, RULES).text, scene(world.state, RULES).tone) == ((), "ready")
    world.press("*")
    assert scene(world.state, RULES).text == told


def test_time_runs_only_once_the_page_was_told_and_any_key_gives_more() -> None:
    world = at_card("1")
    assert isinstance(world.state, Browsing)
    told_s = page_of(world.state, RULES).lasts_s
    for _ in range(12):
        world.wait(told_s + 59)
        assert not world.state.is_asked
        world.wait(2)
        assert world.state.is_asked
        assert kind(world) is PageKind.NOTICE
        world.press("7")
        assert isinstance(stand(world), AtCard)
        assert not world.state.is_asked
    world.wait(told_s + 61 + 21)
    assert isinstance(world.state, LeftOffHook)
    assert world.looks[0].question.text == ""


def test_on_hook_forgets_where_the_person_was() -> None:
    world = at_card("3")
    world.press("1")
    world.feel(HandsetReplaced())
    assert world.state == Idle()
    world.feel(HandsetLifted())
    world.press("#")
    assert isinstance(world.state, Menu)
    assert world.state.visit.left_at is None


def test_another_language_says_the_same_page_anew() -> None:
    world = at_list()
    world.feel(LanguageChosen("en"))
    assert isinstance(world.state, Browsing)
    assert page_of(world.state, RULES).page.title == "A bed tonight"


def test_asking_to_repeat_on_the_first_page_is_a_sign_of_life() -> None:
    world = World()
    world.feel(HandsetLifted())
    world.press("3")
    world.wait(50)
    world.feel(AskedToRepeat())
    assert isinstance(world.state, Browsing)
    assert world.state.since == world.now


def test_the_big_button_calls_from_a_card() -> None:
    world = at_card("1")
    world.press("0")
    assert isinstance(world.state, Dialling)


def at_take_away() -> World:
    world = at_card("1")
    world.press("2")
    return world


def told(world: World) -> str:
    assert isinstance(world.state, Browsing)
    return page_of(world.state, RULES).page.say


def test_a_relay_is_taken_along_as_a_code_and_on_paper() -> None:
    world = at_take_away()
    assert isinstance(world.state, Browsing)
    page = page_of(world.state, RULES).page
    assert page.qr.startswith("BEGIN:VCARD")
    assert [item.key for item in page.items] == ["1", "2", "#", "0"]
    (give,) = world.press("1")
    assert isinstance(give, Give)
    assert (give.way, give.service, give.language, give.number) == (Way.PRINT, SHELTER, "fr", "")
    assert "J\u2019imprime." in told(world)
    world.feel(Gave(give.give, "print.no_paper"))
    assert told(world).startswith("Il n\u2019y a plus de papier")


def test_a_message_goes_to_the_number_that_was_dialled_once_it_was_confirmed() -> None:
    world = at_take_away()
    world.press("2", *"061234567")
    assert isinstance(stand(world), AtNumber), "a 0 is a digit here, and no call"
    assert "06" not in told(world)
    world.press("8")
    assert "7 8" in told(world)
    assert "0612345678" not in repr(world.state)
    (give,) = world.press("1")
    assert isinstance(give, Give)
    assert (give.way, give.number) == (Way.TEXT, "0612345678")
    assert "0612345678" not in repr(give)
    world.feel(Gave(give.give, "sms.sent"))
    assert told(world).startswith("Le message est parti.")


def test_a_number_is_begun_again_with_hash_and_left_with_another() -> None:
    world = at_take_away()
    world.press("2", *"0612345678", "#")
    assert stand(world) == AtNumber(at_take_away_stand(world))
    world.press("#")
    assert isinstance(stand(world), AtTakeAway)


def at_take_away_stand(world: World) -> AtTakeAway:
    found = stand(world)
    assert isinstance(found, AtNumber)
    return found.back


def test_the_helpline_is_called_from_a_whole_number_and_a_half_one_by_the_big_button() -> None:
    world = at_take_away()
    world.press("2", *"0612345678")
    assert isinstance(world.press("0")[0], Dial)
    world.press("#")
    assert isinstance(stand(world), AtNumber)
    half = at_take_away()
    half.press("2", "0")
    assert isinstance(intents.of_button("help", half.state, Meanings(HELPLINE, RULES)), CallAsked)


def test_a_slip_that_never_comes_is_told_and_a_late_word_changes_nothing() -> None:
    world = at_take_away()
    (give,) = world.press("1")
    assert isinstance(give, Give)
    world.wait(RULES.guide.give_s + 1)
    before = world.state
    assert told(world).startswith("L\u2019impression n\u2019a pas marché.")
    world.feel(Gave(give.give, "print.printed"))
    assert world.state == before


def test_an_answer_to_the_question_before_changes_nothing() -> None:
    world = searching()
    first = world.looks[-1].look
    world.press("#", "2")
    assert len(world.looks) == 2
    before = world.state
    world.feel(Looked(first, ANSWER))
    assert world.state is before
    world.feel(Looked(world.looks[-1].look, ANSWER))
    assert isinstance(stand(world), AtList)


def test_back_from_a_relay_leads_to_the_page_of_the_list_that_it_is_on() -> None:
    world = searching()
    many = Answer(tuple(each for each in ANSWER.found for _ in range(3)), CLOCK)
    world.feel(Looked(world.looks[-1].look, many))
    world.press("5", "2")
    card = stand(world)
    assert isinstance(card, AtCard)
    assert card.index == 4
    world.press("#")
    listed = stand(world)
    assert isinstance(listed, AtList)
    assert listed.page == 1
