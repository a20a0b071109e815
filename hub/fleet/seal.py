"""Opens what terminals sealed. The hub's one place that imports nacl."""

import base64
import binascii
import hashlib
from functools import lru_cache
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox


class CannotOpen(Exception):
    """This body was not sealed to a key of ours, or was changed on the way. ``reason`` is the wire's word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoKeys(Exception):
    """The hub has no private key it could read: its own fault, never the record's."""


def make_key() -> tuple[str, str]:
    """A new pair as hex: private, public."""
    key = PrivateKey.generate()
    return bytes(key).hex(), bytes(key.public_key).hex()


def public_hex(private_hex: str) -> str:
    """The public half of a private key."""
    return bytes(PrivateKey(bytes.fromhex(private_hex)).public_key).hex()


def open_sealed(key_id: str, box: str, key_file: str) -> bytes:
    """The plain record. Raises: CannotOpen, NoKeys."""
    boxes = _boxes(key_file)
    if key_id not in boxes:
        raise CannotOpen("unknown_key")
    try:
        plain: bytes = boxes[key_id].decrypt(base64.b64decode(box, validate=True))
    except (CryptoError, binascii.Error, ValueError) as error:
        raise CannotOpen("cannot_open") from error
    return plain


@lru_cache
def _boxes(key_file: str) -> dict[str, SealedBox[PrivateKey]]:
    try:
        lines = Path(key_file).read_text(encoding="ascii").split() if key_file else []
        keys = [PrivateKey(bytes.fromhex(line)) for line in lines]
    except (OSError, ValueError, CryptoError) as error:
        raise NoKeys(f"HUB_PRIVATE_KEY_FILE={key_file}: {error}; write one with make_keys") from error
    if not keys:
        raise NoKeys("HUB_PRIVATE_KEY_FILE: names no key; write one with make_keys")
    return {hashlib.sha256(bytes(key.public_key)).hexdigest()[:16]: SealedBox(key) for key in keys}
