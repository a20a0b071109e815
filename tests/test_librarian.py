"""The directory behind core: built by a child, asked in a thread, mended when it is damaged; all of it real."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from kiosk.configuration import load
from kiosk.directory.places.gazetteer import gazetteer
from kiosk.directory.places.spot import Spot
from kiosk.directory.search.question import Answer, Question
from kiosk.librarian import Librarian, ShelfState
from kiosk.outbox.clock import SystemClock
from kiosk.settings import Directory, Location, Settings
from kiosk.shelf import bundle_path, site_spot

BED = Question(needs=("logement-hebergement--rechercher-une-solution-dhebergement-temporaire--ce-soir",))
DEADLINE_S = 60.0


def settings_in(folder: Path, **directory: object) -> Settings:
    shipped = load(None)
    terminal = msgspec.structs.replace(shipped.terminal, state_dir=str(folder / "state"), runtime_dir=str(folder))
    return msgspec.structs.replace(shipped, terminal=terminal, directory=Directory(insee="93066", **directory))  # type: ignore[arg-type]


def played(settings: Settings, story: Callable[[Librarian], Awaitable[None]], proof_s: float = 3600.0) -> None:
    """Let ``story`` happen with a librarian at work."""

    async def main() -> None:
        librarian = Librarian(settings, SystemClock(), look_s=0.05, proof_s=proof_s)
        work = asyncio.create_task(librarian.run())
        try:
            async with asyncio.timeout(DEADLINE_S):
                await story(librarian)
        finally:
            work.cancel()
            librarian.close()

    asyncio.run(main())


async def until(condition: Callable[[], bool]) -> None:
    """As soon as it holds; the story's deadline is the bound."""
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(0.02)


async def asked(librarian: Librarian) -> Answer | None:
    answer: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
    librarian.ask(BED, answer.set_result)
    return await answer


async def located(librarian: Librarian, place: str) -> tuple[str, str] | None:
    found: asyncio.Future[Spot | None] = asyncio.get_running_loop().create_future()
    librarian.locate(place, found.set_result)
    spot = await found
    return None if spot is None else (spot.name, spot.department)


def test_of_places_of_one_name_the_one_around_the_terminal_is_meant(tmp_path: Path) -> None:
    async def story(librarian: Librarian) -> None:
        assert await located(librarian, "saint denis") == ("Saint-Denis", "974"), "nobody knows where it stands"
        await until(lambda: librarian.state is ShelfState.OPEN)
        assert await located(librarian, "saint denis") == ("Saint-Denis", "93")
        assert await located(librarian, "97400") == ("Saint-Denis", "974")
        assert await located(librarian, "Lile") == ("Lille", "59")
        assert await located(librarian, "") is None

    played(settings_in(tmp_path), story)


def test_the_index_is_built_opened_and_mended_by_itself(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)

    async def story(librarian: Librarian) -> None:
        assert await asked(librarian) is None, "before there is one, at once"
        await until(lambda: librarian.state is ShelfState.OPEN)
        answer = await asked(librarian)
        assert answer is not None
        assert answer.near is not None
        assert (answer.near.name, answer.found[0].service.phones[0].number) == ("Saint-Denis", "115")
        status = librarian.status()
        assert (status["state"], status["services"], status["near"]) == ("open", 33, "Saint-Denis")
        assert (status["bundle_date"], status["fault"]) == ("2026-11-21", "")
        index = settings.index_path
        spoilt = bytearray(index.read_bytes())
        spoilt[len(spoilt) // 4 : len(spoilt) // 2] = bytes(len(spoilt) // 2 - len(spoilt) // 4)
        index.write_bytes(spoilt)
        await until(lambda: librarian.state is not ShelfState.OPEN)
        await until(lambda: librarian.state is ShelfState.OPEN)
        mended = await asked(librarian)
        assert mended is not None
        assert [each.service.id for each in mended.found] == [each.service.id for each in answer.found]

    played(settings, story)


def test_a_bit_that_flips_on_the_card_is_found_and_mended_while_the_old_index_answers(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    index = settings.index_path

    async def story(librarian: Librarian) -> None:
        await until(lambda: librarian.state is ShelfState.OPEN)
        whole, known = index.read_bytes(), index.stat()
        at = whole.index(b"Tabac info")  # which nobody asks for
        with index.open("r+b") as file:
            file.seek(at)
            file.write(bytes([whole[at] ^ 0x10]))
        # the card does it behind the file system's back
        os.utime(index, ns=(known.st_atime_ns, known.st_mtime_ns))
        while index.stat().st_ino == known.st_ino:
            assert await asked(librarian) is not None
        assert index.read_bytes() == whole
        await until(lambda: librarian.state is ShelfState.OPEN)
        assert await asked(librarian) is not None

    played(settings, story, proof_s=0.1)


def test_a_bundle_that_cannot_be_read_is_told_and_asked_for_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.bundle"
    broken.write_bytes(b"no bundle")
    settings = settings_in(tmp_path, bundle=str(broken))

    async def story(librarian: Librarian) -> None:
        await until(lambda: librarian.state is ShelfState.MISSING)
        assert "bundle" in librarian.status()["fault"]
        assert await asked(librarian) is None

    played(settings, story)


def test_a_site_without_a_directory_opens_none(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, enabled=False)

    async def story(librarian: Librarian) -> None:
        await until(lambda: librarian.state is ShelfState.OFF)

    played(settings, story)
    assert not bundle_path(settings).exists()


@pytest.mark.parametrize(
    ("insee", "location", "name", "point"),
    [
        ("93066", Location(), "Saint-Denis", (48.9296, 2.3592)),
        ("", Location(city="Saint-Denis", postal_code="97400"), "Saint-Denis", (-20.93, 55.45)),
        ("93066", Location(latitude=48.94, longitude=2.36), "Saint-Denis", (48.94, 2.36)),
        ("", Location(latitude=48.94, longitude=2.36), "", (48.94, 2.36)),
    ],
)
def test_the_site_s_place_is_what_its_settings_say(
    insee: str, location: Location, name: str, point: tuple[float, float], tmp_path: Path
) -> None:
    settings = msgspec.structs.replace(settings_in(tmp_path), directory=Directory(insee=insee), location=location)
    spot = site_spot(settings, gazetteer())
    assert spot is not None
    assert spot.name == name
    assert (spot.latitude, spot.longitude) == pytest.approx(point, abs=0.05)


def test_a_site_that_says_nothing_is_nowhere(tmp_path: Path) -> None:
    settings = msgspec.structs.replace(settings_in(tmp_path), directory=Directory())
    assert site_spot(settings, gazetteer()) is None
