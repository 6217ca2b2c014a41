"""Codes of rooms: short to type, hard to guess, and proof of whose room it is.

A code is made from the lecturer's key by a slow one-way function. So a server that has been restarted, and
remembers nothing, can still tell who may open the same code again: whoever shows a key that gives it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Final

ALPHABET: Final = "ACDEFHJKMNPRTWXY3479"
"""No two of these look alike, in capitals or in small letters, on a projector or in handwriting."""
LENGTH: Final = 6
MOST_KEY: Final = 64
"""Longest key that is looked at, in characters."""
_ROUNDS: Final = 40_000  # about 8 ms: nothing for one key, six days of a core for all 64 million codes


def new_key() -> str:
    """Return a lecturer's key of 192 random bits."""
    return secrets.token_urlsafe(24)


def code_of(key: str) -> str:
    """Return the code that belongs to a key.

    Examples
    --------
    >>> code_of("lecture"), len(code_of("another")) == LENGTH
    ('AEW3WC', True)
    """
    digest = hashlib.pbkdf2_hmac("sha256", key.encode(errors="surrogatepass"), b"room", _ROUNDS)
    number = int.from_bytes(digest, "big")
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def normalised(text: str) -> str | None:
    """Return a code as it was typed (small letters, spaces, hyphens) in its own form, or None for no code.

    Examples
    --------
    >>> normalised(" ack-3m7 "), normalised("ACK3M0"), normalised("ACK")
    ('ACK3M7', None, None)
    """
    code = "".join(text.upper().replace("-", " ").split())
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def letters_of(place: int, places: int) -> str:
    """Return the letters with which the codes of one replica begin, so that a proxy sends its phones there.

    Parameters
    ----------
    place, places : int
        Which replica, from 0; how many there are, at most as many as letters.

    Examples
    --------
    >>> letters_of(0, 2), letters_of(1, 2)
    ('ADFJMPTX37', 'CEHKNRWY49')
    """
    return ALPHABET[place::places]


def first_letters(port: int, ports: Sequence[int]) -> str:
    """Return the letters with which codes may begin here.

    Parameters
    ----------
    port : int
        Where this replica listens.
    ports : sequence of int
        Of all replicas, in the proxy's order. Where this one is not among them, or they are more than
        letters, nobody sorts by letters.
    """
    if port not in ports or len(ports) > len(ALPHABET):
        return ALPHABET
    return letters_of(list(ports).index(port), len(ports))
