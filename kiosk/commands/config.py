"""``kiosk config check``: is this configuration one that the terminal can run with?"""

from pathlib import Path

from kiosk import configuration
from kiosk.commands import output
from kiosk.commands.output import DONE, FAILED
from kiosk.errors import BadInput
from kiosk.settings import Settings
from kiosk.speech import catalogue


def check(path: Path | None) -> int:
    """Read the configuration and what it names; an error names file, key, value and remedy (raised: BadInput)."""
    settings = configuration.load(path)
    faults = list(_missing(settings))
    for fault in faults:
        output.line(fault)
    if not faults:
        output.line(f"{path or 'configuration'}: good, terminal {settings.terminal.id}")
    return FAILED if faults else DONE


def _missing(settings: Settings) -> list[str]:
    """Things that the configuration names and that are not there: they can be mended without changing it."""
    faults = []
    for language in settings.terminal.languages:
        try:
            catalogue.load(language)
        except BadInput as error:
            faults.append(f"terminal.languages: {error}")
        if not (Path(settings.audio.prompts_dir) / language).is_dir():
            faults.append(
                f"audio.prompts_dir: no folder {language!r} with spoken prompts in {settings.audio.prompts_dir}"
            )
    files = {
        "voip.ca_file": settings.voip.ca_file,
        "voip.backup.ca_file": settings.voip.backup.ca_file,
        "outbox.hub_ca_file": settings.outbox.hub_ca_file,
    }
    faults += [
        f"{key} = {name!r}: no such file; install it"
        for key, name in files.items()
        if name and not Path(name).is_file()
    ]
    return faults
