"""Core's hold on the printer: one job at a time, each in a process of its own, none for ever."""

import asyncio
import logging
import sys

import msgspec

from kiosk.settings import PROJECT
from kiosk.takeaway.printing import Fate, Job, Word
from kiosk.takeaway.settings import Printer
from kiosk.takeaway.slip import Piece

log = logging.getLogger(__name__)

JOB_S = 60.0
"""A long slip on a slow serial printer takes half of it."""


class Press:
    """Prints slips. On one event loop; nothing on the call path waits for it."""

    def __init__(self, settings: Printer) -> None:
        self._settings = settings
        self._turn = asyncio.Lock()
        self.fault = ""
        """Why the last job was not printed, in English for the technician; empty when it was."""

    @property
    def is_fitted(self) -> bool:
        """Whether this site has a printer at all."""
        return self._settings.connection != "none"

    async def print(self, pieces: tuple[Piece, ...]) -> Word:
        """What became of the slip of ``pieces``; every trouble is a word."""
        async with self._turn:
            word = await self._printed(Job(pieces, self._settings))
        self.fault = "" if word.fate is Fate.PRINTED else word.why
        if self.fault:
            log.error("slip -> %s: %s", word.fate, word.why)
        else:
            log.info("slip -> printed")
        return word

    async def _printed(self, job: Job) -> Word:
        command = (sys.executable, "-m", "kiosk.takeaway.printing")
        pipe = asyncio.subprocess.PIPE
        try:
            child = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=PROJECT)
        except OSError as error:
            return Word(Fate.FAILED, f"printer: its process does not start: {error}")
        try:
            async with asyncio.timeout(JOB_S):
                said, complaint = await child.communicate(msgspec.json.encode(job))
        except TimeoutError:
            return Word(Fate.FAILED, f"printer: no end of the job within {JOB_S:.0f} s; switch it off and on")
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        try:
            return msgspec.json.decode(said, type=Word)
        except msgspec.DecodeError:
            last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
            return Word(Fate.FAILED, f"printer: its process ended with {child.returncode}: {last[:200]}")
