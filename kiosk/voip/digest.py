"""The answer to "who are you?": SIP digest authentication (RFC 3261 §22, RFC 7616, RFC 8760). Pure.

A challenge is kept as it came: the text between its quotes is hashed and sent back byte for byte, for two servers
that escape differently agree on that alone.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

ALGORITHMS = {"SHA-512-256": "sha512_256", "SHA-256": "sha256", "MD5": "md5"}
"""Strongest first; a ``-sess`` form of each is understood too."""

_PARAMETER = re.compile(r'([!#$%&\'*+.^_`|~\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_SCHEME = re.compile(r"(?:^|,)\s*([A-Za-z][\w-]*)\s+(?=[\w-]+\s*=)")


@dataclass(frozen=True)
class Challenge:
    """One offer of a server: answer this and be let in."""

    realm: str
    nonce: str
    algorithm: str = "MD5"
    """As the server wrote it; :data:`ALGORITHMS`, with or without ``-sess``."""
    named_algorithm: bool = False
    """False: the server named none, and gets none back (RFC 2069 servers take no unknown word)."""
    opaque: str | None = None
    qop: bool = False
    """True: quality of protection ``auth``; False: the form of RFC 2069, without counts."""
    stale: bool = False
    """True: the password was right and the nonce too old."""
    is_proxy: bool = False
    """True: Proxy-Authenticate (407), answered in Proxy-Authorization."""

    @property
    def answer_header(self) -> str:
        """Name of the header that carries the answer."""
        return "Proxy-Authorization" if self.is_proxy else "Authorization"


def challenges(www: Iterable[str], proxy: Iterable[str] = ()) -> tuple[Challenge, ...]:
    """All offers in these header values that can be answered, as they came.

    ``www`` are the values of WWW-Authenticate, ``proxy`` of Proxy-Authenticate. A value may hold several offers.
    Other schemes, unknown algorithms and ``auth-int`` alone are left out.
    """
    found = [_challenge(text, False) for value in www for text in _offers(value)]
    found += [_challenge(text, True) for value in proxy for text in _offers(value)]
    return tuple(each for each in found if each is not None)


def strongest(offers: Iterable[Challenge]) -> Challenge | None:
    """The one to answer: the strongest algorithm that this machine has (RFC 8760 §2.3), the first among equals."""
    ranked = sorted(offers, key=lambda offer: list(ALGORITHMS).index(_family(offer.algorithm)))
    return ranked[0] if ranked else None


def answer(
    challenge: Challenge, *, method: str, uri: str, user: str, password: str, cnonce: str, count: int = 1
) -> str:
    """The value of the Authorization or Proxy-Authorization header.

    ``count`` is how many requests were answered with this nonce, this one included; ``cnonce`` is any fresh word.
    """
    hashed = _hash(challenge.algorithm)
    secret = hashed(f"{user}:{challenge.realm}:{password}")
    if challenge.algorithm.upper().endswith("-SESS"):
        secret = hashed(f"{secret}:{challenge.nonce}:{cnonce}")
    request = hashed(f"{method}:{uri}")
    if challenge.qop:
        response = hashed(f"{secret}:{challenge.nonce}:{count:08x}:{cnonce}:auth:{request}")
    else:
        response = hashed(f"{secret}:{challenge.nonce}:{request}")
    parts = [
        f"username={_quoted(user)}", f'realm="{challenge.realm}"', f'nonce="{challenge.nonce}"', f'uri="{uri}"',
        f'response="{response}"',
    ]  # fmt: skip
    if challenge.named_algorithm:
        parts.append(f"algorithm={challenge.algorithm}")
    if challenge.opaque is not None:
        parts.append(f'opaque="{challenge.opaque}"')
    if challenge.qop:
        parts += ["qop=auth", f"nc={count:08x}", f'cnonce="{cnonce}"']
    elif challenge.algorithm.upper().endswith("-SESS"):
        parts.append(f'cnonce="{cnonce}"')
    return "Digest " + ", ".join(parts)


class Credentials:
    """One account's password and the nonces it was asked with. Answers ahead of the question once it knows one.

    Not thread-safe: one owner. ``fresh`` makes a new word for each answer.
    """

    def __init__(self, user: str, password: str, fresh: Callable[[], str]) -> None:
        self._user = user
        self._password = password
        self._fresh = fresh
        self._asked: dict[tuple[bool, str], Challenge] = {}
        self._counts: dict[str, int] = {}

    @property
    def can_answer(self) -> bool:
        """False before the first challenge."""
        return bool(self._asked)

    def take(self, www: Iterable[str], proxy: Iterable[str]) -> tuple[Challenge, ...]:
        """Note what a 401 or 407 asks; the challenges chosen to be answered, one a realm. Empty: none can be."""
        realms: dict[tuple[bool, str], list[Challenge]] = {}
        for offer in challenges(www, proxy):
            realms.setdefault((offer.is_proxy, offer.realm), []).append(offer)
        chosen = []
        for key, offers in realms.items():
            best = strongest(offers)
            if best is not None:
                # The count belongs to the nonce: a server may ask again with the one it gave before.
                self._counts = {best.nonce: self._counts.get(best.nonce, 0), **self._others(key)}
                self._asked[key] = best
                chosen.append(best)
        return tuple(chosen)

    def _others(self, key: tuple[bool, str]) -> dict[str, int]:
        kept = {challenge.nonce for other, challenge in self._asked.items() if other != key}
        return {nonce: count for nonce, count in self._counts.items() if nonce in kept}

    def forget(self) -> None:
        """Answer no more until asked anew: another server would not know these nonces."""
        self._asked.clear()
        self._counts.clear()

    def headers(self, method: str, uri: str) -> tuple[tuple[str, str], ...]:
        """The headers that answer everything asked so far, for one new request."""
        told = []
        for challenge in self._asked.values():
            count = self._counts[challenge.nonce] = self._counts.get(challenge.nonce, 0) + 1
            words = answer(
                challenge, method=method, uri=uri, user=self._user, password=self._password, cnonce=self._fresh(),
                count=count,
            )  # fmt: skip
            told.append((challenge.answer_header, words))
        return tuple(told)


def _offers(value: str) -> list[str]:
    """``Digest a=b, c="d", Digest e=f`` cut at its schemes; commas and words within quotes do not cut."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', lambda quoted: '"' + "." * (len(quoted[0]) - 2) + '"', value)
    starts = [found.start(1) for found in _SCHEME.finditer(bare)]
    return [value[start:end] for start, end in zip(starts, [*starts[1:], len(value)], strict=False)]


def _challenge(text: str, is_proxy: bool) -> Challenge | None:
    scheme, _, rest = text.partition(" ")
    if scheme.lower() != "digest":
        return None
    given = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(rest)}
    algorithm = given.get("algorithm", "MD5")
    qops = {word.strip().lower() for word in given["qop"].split(",")} if given.get("qop") else set()
    if "nonce" not in given or "realm" not in given or not _is_known(algorithm) or (qops and "auth" not in qops):
        return None
    return Challenge(
        realm=given["realm"],
        nonce=given["nonce"],
        algorithm=algorithm,
        named_algorithm="algorithm" in given,
        opaque=given.get("opaque"),
        qop=bool(qops),
        stale=given.get("stale", "").lower() == "true",
        is_proxy=is_proxy,
    )


def _family(algorithm: str) -> str:
    return algorithm.upper().removesuffix("-SESS")


def _is_known(algorithm: str) -> bool:
    name = ALGORITHMS.get(_family(algorithm))
    return name is not None and name in hashlib.algorithms_available


def _hash(algorithm: str) -> Callable[[str], str]:
    name = ALGORITHMS[_family(algorithm)]
    return lambda text: hashlib.new(name, text.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
