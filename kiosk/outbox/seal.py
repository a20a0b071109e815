"""Seals a record to the hub's public key, so that a stolen card reveals nothing. The one place that imports nacl.

libsodium sealed box (``crypto_box_seal``): an ephemeral X25519 key a record, XSalsa20-Poly1305. Whoever holds the
card cannot open it, not even the terminal itself.
"""

import base64
import hashlib

from nacl.exceptions import CryptoError
from nacl.public import PublicKey, SealedBox

from kiosk.errors import BadInput


class Seal:
    """The hub's public key, ready to seal. Raises: BadInput when ``public_key_hex`` is not 64 hex digits.

    Any thread.
    """

    def __init__(self, public_key_hex: str) -> None:
        try:
            key = bytes.fromhex(public_key_hex)
            self._box = SealedBox(PublicKey(key))
        except (ValueError, TypeError, CryptoError) as error:
            raise BadInput(
                "outbox.hub_public_key: not an X25519 key; put the 64 hex digits that the hub shows"
            ) from error
        self.key_id = hashlib.sha256(key).hexdigest()[:16]
        """Names the key on the wire, so that the hub can change keys: first 16 hex digits of its SHA-256."""

    def close(self, plain: bytes) -> str:
        """``plain`` sealed, in base64. A different text each time."""
        return base64.b64encode(self._box.encrypt(plain)).decode("ascii")
