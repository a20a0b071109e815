"""Our account in the native stack's words. Pure, and no import of the binding."""

from typing import Any

from kiosk.voip.engine import Account

CODECS = {"opus": "opus/48000/1", "g722": "g722/16000/1", "pcma": "pcma", "pcmu": "pcmu"}
"""Our names to the stack's: a bare one means 8 kHz there. With ``opus_stereo no`` its Opus is called mono, and a name
that matches nothing is left out of the offer without a word; on the wire it is opus/48000/2 all the same (RFC 7587).
"""

# In-band FEC and 28 kbit/s: what carries a bad mobile link (docs/voice.md). The loss that the encoder prepares for is
# above the usual, or it writes no FEC at all.
_OPUS = """\
opus_bitrate 28000
opus_stereo no
opus_sprop_stereo no
opus_inbandfec yes
opus_packet_loss 10
opus_cbr no
opus_application voip
"""


def config_text() -> str:
    """Directives that the binding's typed configuration does not know."""
    return _OPUS


def extra_params(account: Account) -> tuple[str, ...]:
    """Account parameters: PRACK (RFC 3262), and encryption of the sound where asked for, then without exception."""
    media = {"off": (), "sdes": ("mediaenc=srtp-mand",), "dtls": ("mediaenc=dtls_srtp",)}[account.srtp]
    through_nat = (f"stunserver=stun:{account.stun_server}",) if account.stun_server else ()
    if account.ice or account.stun_server:
        through_nat = ("medianat=ice" if account.ice else "medianat=stun", *through_nat)
    return ("100rel=yes", *media, *through_nat)


def dial_uri(account: Account, number: str) -> str:
    """Whom to call."""
    return f"sip:{number}@{account.domain}"


def account_words(account: Account) -> dict[str, Any]:
    """The binding's account, by the names of its fields."""
    return {
        "user": account.user,
        "domain": account.domain,
        "password": account.password,
        "auth_user": account.auth_user or None,
        "registrar": f"sip:{account.server};transport=udp",
        "reg_interval": 0,
        "transport": account.transport,  # only named in the URIs: the way goes to the proxy
        "audio_codecs": tuple(CODECS[name] for name in account.codecs if name in CODECS),
        "extra_params": extra_params(account),
    }
