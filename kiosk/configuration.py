"""Reads the configuration: the only reader of its files and of the environment.

Three files, each over the one before: the shipped ``config/kiosk.toml``, the site's own file (``--config FILE``,
else ``KIOSK_CONFIG``, else ``/etc/sos-crise/site.toml`` when it is there), and the secrets file that the site's
file names. Errors name file, key, value and remedy (:class:`kiosk.errors.BadInput`).
"""

import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kiosk.calls.dialplan import FIXED_EMERGENCY, TEXT_ONLY, is_premium, normalised
from kiosk.errors import BadInput
from kiosk.settings import PROJECT, Secrets, Settings

SHIPPED = PROJECT / "config" / "kiosk.toml"
SITE_FILE = Path("/etc/sos-crise/site.toml")

_T = TypeVar("_T")


def load(path: Path | None = None) -> Settings:
    """The settings of this terminal: shipped, then the site's file at ``path``, then its secrets.

    ``path`` None means ``$KIOSK_CONFIG``, else ``/etc/sos-crise/site.toml`` if it exists, else the shipped file
    alone. Raises: BadInput naming file, key, value and remedy.
    """
    site = _site_file(path)
    tables = _read_toml(SHIPPED)
    blame: dict[str, Path] = {}
    for key in _keys(tables):
        blame[key] = SHIPPED
    if site is not None:
        laid_over = _read_toml(site)
        for key in _keys(laid_over):
            blame[key] = site
        tables = _merged(tables, laid_over)
    if "secrets" in tables:
        raise BadInput(f"{blame.get('secrets', site)}: secrets: not in this file; move them to the secrets_file")
    settings = _typed(tables, Settings, blame, site or SHIPPED)
    if settings.secrets_file:
        settings = msgspec.structs.replace(settings, secrets=_secrets(site or SHIPPED, settings.secrets_file))
    _check_together(settings, blame, site or SHIPPED)
    return settings


def _site_file(path: Path | None) -> Path | None:
    if path is None and (named := os.environ.get("KIOSK_CONFIG")):
        path = Path(named)
    if path is not None:
        return path
    return SITE_FILE if SITE_FILE.exists() else None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(f"{path}: no such file; name an existing one with --config or KIOSK_CONFIG") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read: {error}; check its owner, mode and that it is UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path}: not TOML: {error}; correct that line") from error


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Key by key, one table deep: a list or a named group (as the buttons) is replaced whole."""
    both = dict(under)
    for key, value in over.items():
        old = both.get(key)
        both[key] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    return both


def _keys(tables: Mapping[str, Any]) -> Iterator[str]:
    for table, entries in tables.items():
        yield table
        if isinstance(entries, dict):
            yield from (f"{table}.{key}" for key in entries)


def _typed(tables: Mapping[str, Any], kind: type[_T], blame: Mapping[str, Path], file: Path) -> _T:
    """``tables`` as ``kind``; an error is told with the file that holds the key, the key, the value, a remedy."""
    try:
        return msgspec.convert(tables, kind)
    except msgspec.ValidationError as error:
        # msgspec says: Expected `int`, got `str` - at `$.audio.sidetone_db`; unknown fields name their table.
        what, _, where = str(error).partition(" - at `")
        key = where.rstrip("`").removeprefix("$").removeprefix(".")
        field = re.search(r"field `(\w+)`", what)
        if field:
            key = f"{key}.{field[1]}".removeprefix(".")
        if what.startswith("Object contains unknown field"):
            what, remedy = "no such key", "take it out or correct its spelling; docs/settings.md lists all keys"
        elif what.startswith("Object missing required field"):
            what, remedy = "missing", "add it; docs/settings.md says what it means"
        else:
            remedy = "docs/settings.md says what this key takes"
        shown = _shown(tables, key)
        raise BadInput(f"{blame.get(_two_deep(key), file)}: {key}{shown}: {what}; {remedy}") from None


def _two_deep(key: str) -> str:
    return ".".join(re.sub(r"\[.*?\]", "", key).split(".")[:2])


def _shown(tables: Mapping[str, Any], key: str) -> str:
    """`` = value`` for a message; a secret's value is never shown."""
    value: Any = tables
    for name in re.sub(r"\[.*?\]", "", key).split("."):
        if not isinstance(value, dict) or name not in value:
            return ""
        value = value[name]
    hidden = "password" in key or "token" in key or key.endswith("pin")
    return "" if hidden or isinstance(value, dict) else f" = {value!r}"


def _secrets(named_in: Path, name: str) -> Secrets:
    path = (named_in.parent / name).resolve()
    tables = _read_toml(path)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise BadInput(f"{path}: mode {mode:04o}: readable by others than its owner; run: chmod 600 {path}")
    return _typed(tables, Secrets, {}, path)


def _check_together(settings: Settings, blame: Mapping[str, Path], file: Path) -> None:
    """What no single key can show."""

    def fail(key: str, value: object, remedy: str) -> None:
        raise BadInput(f"{blame.get(key, file)}: {key} = {value!r}: {remedy}")

    voip, policy = settings.voip, settings.policy
    if voip.engine == "rfcvoip" and voip.srtp != "off":
        fail("voip.srtp", voip.srtp, 'the rfcvoip engine has no SRTP; use engine = "baresip" or srtp = "off"')
    if voip.server and not voip.user:
        fail("voip.user", voip.user, "a server is given and no user; set it to this terminal's SIP user")
    emergency = {*policy.emergency, *FIXED_EMERGENCY}
    for number in (*policy.allowed, *policy.emergency, settings.helpline.number):
        if is_premium(normalised(number)):
            fail("policy.allowed", number, "a surcharged number is never called; take it out")
    for number in policy.offers:
        if number not in emergency and number not in policy.allowed:
            fail("policy.offers", number, "offered but neither an emergency number nor in policy.allowed; add it there")
    for number in (*policy.allowed, *policy.emergency, *policy.offers):
        if number in TEXT_ONLY:
            fail("policy.allowed", number, "takes text messages only and is never dialled as voice; take it out")
    if settings.outbox.hub_url and not settings.outbox.hub_url.startswith(("https://", "http://127.", "http://[::1]")):
        fail("outbox.hub_url", settings.outbox.hub_url, "must begin with https:// (plain http only on this machine)")
