"""Reads the configuration: the only reader of its files and of the environment.

Four files, each over the one before: the shipped ``config/kiosk.toml``; the profile of ``config/profiles/`` that the
site's file names, if it names one; the site's own file (``--config FILE``, else ``KIOSK_CONFIG``, else
``/etc/sos-crise/site.toml`` when it is there); and the secrets file that the site's file names. Errors name file, key,
value and remedy (:class:`kiosk.errors.BadInput`).
"""

import os
import re
import stat
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kiosk.calls.dialplan import FIXED_EMERGENCY, TEXT_ONLY, is_premium, normalised
from kiosk.errors import BadInput
from kiosk.settings import PROJECT, Backup, Secrets, Settings, Voip
from kiosk.voip import menu
from kiosk.voip.targets import parse_server

SHIPPED = PROJECT / "config" / "kiosk.toml"
PROFILES = PROJECT / "config" / "profiles"
SITE_FILE = Path("/etc/sos-crise/site.toml")

_WHOLE = {"buttons"}
"""Named groups: who names one button names them all."""

_T = TypeVar("_T")


def load(path: Path | None = None) -> Settings:
    """The settings of this terminal: shipped, then the site's profile, its file at ``path``, its secrets.

    ``path`` None means ``$KIOSK_CONFIG``, else ``/etc/sos-crise/site.toml`` if it exists, else the shipped file
    alone. Raises: BadInput naming file, key, value and remedy.
    """
    site = _site_file(path)
    layers = [(SHIPPED, _read_toml(SHIPPED))]
    if site is not None:
        own = _read_toml(site)
        if own.get("profile", "") != "":
            layers.append(_profile(site, own["profile"]))
        layers.append((site, own))
    tables: dict[str, Any] = {}
    blame: dict[str, Path] = {}
    for file, laid_over in layers:
        blame |= dict.fromkeys(_keys(laid_over), file)
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


def profiles() -> list[str]:
    """Names that ``profile`` may have."""
    return sorted(path.stem for path in PROFILES.glob("*.toml"))


def _profile(site: Path, name: object) -> tuple[Path, dict[str, Any]]:
    # Looked up among what there is, never put into a path: it may be any text.
    if name not in profiles():
        raise BadInput(f"{site}: profile = {name!r}: no such profile; there are: {', '.join(profiles())}")
    path = PROFILES / f"{name}.toml"
    return path, _read_toml(path)


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
    """Key by key within tables, and tables of tables: a list or a named group (as the buttons) is replaced whole."""
    both = dict(under)
    for key, value in over.items():
        old = both.get(key)
        if isinstance(old, dict) and isinstance(value, dict) and key not in _WHOLE:
            both[key] = _merged(old, value)
        else:
            both[key] = value
    return both


def _keys(tables: Mapping[str, Any]) -> Iterator[str]:
    for table, entries in tables.items():
        yield table
        if isinstance(entries, dict):
            yield from (f"{table}.{key}" for key in _keys(entries))


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
        raise BadInput(f"{_blamed(blame, key, file)}: {key}{shown}: {what}; {remedy}") from None


def _key_of(where: str) -> str:
    """``policy.allowed[...]`` without its index: the key that a file has."""
    return re.sub(r"\[.*?\]", "", where)


def _blamed(blame: Mapping[str, Path], where: str, file: Path) -> Path:
    """The file that holds the key, else the nearest table above it that one holds, else ``file``."""
    key = _key_of(where)
    while key:
        if key in blame:
            return blame[key]
        key = key.rpartition(".")[0]
    return file


def _shown(tables: Mapping[str, Any], key: str) -> str:
    """`` = value`` for a message; a secret's value is never shown."""
    value: Any = tables
    for name in _key_of(key).split("."):
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
        raise BadInput(f"{_blamed(blame, key, file)}: {key} = {value!r}: {remedy}")

    voip, policy = settings.voip, settings.policy
    _check_voip(voip, fail)
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
    printer = settings.printer
    if printer.connection == "network" and "/" in printer.device:
        fail("printer.device", printer.device, "a network printer has an address; write host or host:port")
    if printer.connection not in ("none", "network") and not printer.device.startswith("/"):
        fail("printer.device", printer.device, "not a path; name the printer's file, as /dev/usb/lp0")
    if settings.outbox.hub_url and not settings.outbox.hub_url.startswith(("https://", "http://127.", "http://[::1]")):
        fail("outbox.hub_url", settings.outbox.hub_url, "must begin with https:// (plain http only on this machine)")


def _check_voip(voip: Voip, fail: Callable[[str, object, str], None]) -> None:
    """What no single key of [voip] and [voip.backup] can show."""
    servers = {
        "voip.server": voip.server,
        "voip.backup.server": voip.backup.server,
        "voip.stun_server": voip.stun_server,
    }
    for key, server in servers.items():
        _reads(parse_server, key, server, fail)
    accounts: tuple[tuple[str, Voip | Backup], ...] = (("voip", voip), ("voip.backup", voip.backup))
    for table, account in accounts:
        if voip.engine == "rfcvoip" and account.srtp != "off":
            remedy = 'the rfcvoip engine has no SRTP; use engine = "baresip" or srtp = "off"'
            fail(f"{table}.srtp", account.srtp, remedy)
        if account.server and not account.user:
            fail(f"{table}.user", account.user, "a server is given and no user; set it to this terminal's SIP user")
    if voip.engine == "rfcvoip" and voip.ice:
        fail("voip.ice", voip.ice, 'the rfcvoip engine has no ICE; use engine = "baresip" or ice = false')
    if voip.backup != Backup() and not voip.backup.server:
        fail("voip.backup.server", "", "a backup account is given and no server; set it, or take [voip.backup] out")
    _reads(menu.steps, "voip.menu", voip.menu, fail)


def _reads(read: Callable[[str], object], key: str, value: str, fail: Callable[[str, object, str], None]) -> None:
    """``value``, unless it is empty, must be one that ``read`` understands."""
    if value:
        try:
            read(value)
        except BadInput as error:
            fail(key, value, str(error))
