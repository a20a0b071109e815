"""From the settings to what an engine is given: the SIP account, and the headers of each call. Pure."""

import re
from collections.abc import Collection
from dataclasses import replace
from urllib.parse import unquote
from uuid import UUID, uuid5

from kiosk.calls.dialplan import DialPlan, Target, normalised
from kiosk.settings import Settings
from kiosk.voip.engine import Account

_TERMINALS = UUID("5b0e4a34-3f57-4c83-9a94-3a1c0d6f2b19")
"""Name space of the terminals' ids."""


def accounts_of(settings: Settings) -> tuple[Account, ...]:
    """The SIP accounts of this terminal, the preferred one first."""
    voip = settings.voip
    primary = Account(
        user=voip.user,
        domain=voip.domain or host_of(voip.server),
        server=voip.server,
        transport=voip.transport,
        auth_user=voip.auth_user,
        password=settings.secrets.sip_password,
        register=voip.register,
        register_interval_s=voip.register_interval_s,
        codecs=voip.codecs,
        srtp=voip.srtp,
        ca_file=voip.ca_file,
        stun_server=voip.stun_server,
        ice=voip.ice,
        heed_reports=voip.heed_reports,
        local_address=voip.local_address,
    )
    backup = voip.backup
    if not backup.server:
        return (primary,)
    # Codecs, interval and local address are those of the first.
    second = replace(
        primary,
        user=backup.user,
        domain=backup.domain or host_of(backup.server),
        server=backup.server,
        transport=backup.transport,
        auth_user=backup.auth_user,
        password=settings.secrets.sip_backup_password,
        register=backup.register,
        srtp=backup.srtp,
        ca_file=backup.ca_file,
    )
    return primary, second


def instance_of(settings: Settings) -> UUID:
    """This terminal's name towards registrars, for ever (RFC 5626 §4.1)."""
    return uuid5(_TERMINALS, settings.terminal.id)


def headers_of(settings: Settings, language: str, returns: str = "") -> dict[str, str]:
    """What the platform is told with the call: which terminal, the language of the person (RFC 3261 §20.3), and which
    call this one takes up again (In-Reply-To, §20.21), so that it can give us the same desk.
    """
    told = {"Accept-Language": language, "X-SOS-Terminal": settings.terminal.id}
    return told | ({"In-Reply-To": returns} if returns else {})


def may_dial(plan: DialPlan, uri: str, dialled: Collection[str] = ()) -> bool:
    """May a call be redirected to that URI? Its user part must be a number that this terminal may call.

    The host may be another: the platform knows where its desks are, and the number says which desk it is. What core has
    just ``dialled`` was allowed there: a free relay of the directory, which the site's own policy does not name.
    """
    found = re.match(r"sips?:([^@;]+)[@;]", uri)
    if found is None:
        return False
    number = unquote(found[1])
    return isinstance(plan.target(number), Target) or normalised(number) in dialled


def host_of(server: str) -> str:
    """``host`` of ``host`` or ``host:port``; an IPv6 address keeps its brackets.

    >>> host_of("[::1]:5060"), host_of("sip.example.org:5060"), host_of("sip.example.org")
    ('[::1]', 'sip.example.org', 'sip.example.org')
    """
    if server.startswith("["):
        return server.partition("]")[0] + "]"
    return server.partition(":")[0]
