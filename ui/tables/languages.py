"""In which encoding a text reads best: that in which its letters are those of one language.

Source of the alphabets: Unicode Common Locale Data Repository, exemplar characters of each language.
"""

from __future__ import annotations

import re
from typing import Final

_ICELANDIC: Final = "áéíóúýþæöð"
_PORTUGUESE: Final = "áâãàçéêíóôõúü"
_WESTERN: Final = (
    "äöüßé", "àâæçéèêëîïôœùûüÿ", "áéíñóúü¿¡ºª", _PORTUGUESE, "àèéìíîòóùú", "åäöéü", "æøåéöäü",
    "ëïéèöüáóíç", _ICELANDIC, "àçéèíïóòúü·", "äöõüšž",
)  # fmt: skip
_CENTRAL: Final = (
    "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "ăâîşţșț", "čćđšž", "čšžćđäöü", "ëç",
)  # fmt: skip
ALPHABETS: Final = {
    "cp1252": _WESTERN,
    "mac_roman": _WESTERN,
    "cp850": _WESTERN,
    "cp1250": _CENTRAL,
    "iso8859_2": _CENTRAL,
    "cp1254": ("çğıöşüâîûİ",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž"),
    "cp1255": ("אבגדהוזחטיךכלםמןנסעףפץצקרשת",),
    "cp1251": ("абвгдежзийклмнопрстуфхцчшщъыьэюяё", "абвгдеєжзиіїйклмнопрстуфхцчшщьюяґ",
               "абвгдђежзијклљмнњопрстћуфхцчџш", "абвгдежзийклмнопрстуўфхцчшыьэюяёі"),
    "cp1253": ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",),
    "koi8_r": ("абвгдежзийклмнопрстуфхцчшщъыьэюяё",),
    "cp866": ("абвгдежзийклмнопрстуфхцчшщъыьэюяё",),
    "cp1256": ("ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءآأؤإئ",),
    "cp874": ("".join(map(chr, (*range(0xE01, 0xE3B), *range(0xE40, 0xE4F)))),),
}  # fmt: skip
"""Letters beyond ASCII of the languages that an encoding is used for, in small letters."""
# A word of these letters has one of them, at least from three letters on.
_VOWELS: Final = frozenset("аеёиоуыэюяіїєαεηιουωάέήίόύώϊϋΐΰ")
_SIGNS: Final = frozenset("€£°²³µ½¼¾±§“”„‘’‚–—…«»‰×·©®™\u00a0\u202f")
_ALONE: Final = "àáâèéêóô"  # words of one letter
# Letters that Hebrew has twice: one for the end of a word, one for all other places.
_HEBREW_LAST: Final = "ךםןףץ"
_HEBREW_BEFORE: Final = "כמנצ"
_THAI_MARKS: Final = (
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"  # above and below consonants: no letters by themselves
)
_THAI_BEHIND: Final = re.compile(f"[\u0e30\u0e32\u0e33\u0e45{_THAI_MARKS}]")
_THAI_AHEAD: Final = re.compile("[\u0e40-\u0e44]")
_THAI_CONSONANT: Final = re.compile("[\u0e01-\u0e2e]")
_WORD: Final = re.compile(rf"(?:[^\W\d_]|[{_THAI_MARKS}])+")
_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)[^\W\d_](?=\d)")
_SHARE: Final = 0.9  # of the letters that must be of one language
_SIGN_COUNTS: Final = 0.01  # at most: where all else is alike, fewer signs are better
_MOST_WORDS: Final = 2000


def best_encoding(sample: bytes) -> str:
    """Name the encoding of one language in which a text reads best, "" where it reads in none.

    Parameters
    ----------
    sample : bytes
        Some lines that hold bytes beyond ASCII.

    Examples
    --------
    >>> best_encoding("příliš žluťoučký kůň".encode("cp1250"))
    'cp1250'
    >>> best_encoding("größer, schöner".encode("cp1252"))
    'cp1252'
    """
    scores = {encoding: share_read(sample, encoding) for encoding in ALPHABETS}
    best = max(scores, key=lambda encoding: scores[encoding])
    return best if scores[best] >= _SHARE else ""


def share_read(sample: bytes, encoding: str) -> float:
    """Return the largest share of letters that are of one language, less what stands where no letter does."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return -1.0
    found = [word for word in _WORD.findall(text) if not word.isascii()]
    words = [word for word in found if len(word) > 1][:_MOST_WORDS]
    letters = "".join(letter for word in words for letter in word if not letter.isascii())
    others = sum(not sign.isascii() and not _WORD.match(sign) and sign not in _SIGNS for sign in text)
    # Between digits stands what parts thousands; a letter is that sign in another encoding.
    others += sum(not letter.isascii() for letter in _BETWEEN_DIGITS.findall(text))
    # Where a letter stands alone behind every number, it is the sign of a currency in another encoding.
    others += sum(
        len(word) == 1 and "\u00bf" < word < "\u0250" and word.lower() not in _ALONE for word in found
    )
    if not letters:
        return float(encoding == "cp1252" and not others)
    share = max(_share(words, alphabet) for alphabet in ALPHABETS[encoding])
    signs = sum(sign in _SIGNS for sign in text)
    every = len(letters) + others
    return (share * len(letters) - others) / every - _SIGN_COUNTS * signs / (every + signs)


def _share(words: list[str], alphabet: str) -> float:
    good = total = 0
    if alphabet == _ICELANDIC and not set("áíóúæ") & set("".join(words).lower()):
        return 0.0  # its ð, þ and ý alone are Turkish
    for word in words:
        mute = alphabet[0] in _VOWELS and len(word) > 2 and not _VOWELS & set(word.lower())
        for place, letter in enumerate(word):
            if letter.isascii():
                continue
            total += 1
            known = letter in alphabet or letter.lower() in alphabet
            good += known and not mute and _stands_well(word, place, alphabet)
    return good / total


def _stands_well(word: str, place: int, alphabet: str) -> bool:
    """Whether a letter stands where it may: among its like, capitals first or among capitals."""
    letter, before, after = word[place], word[place - 1 : place], word[place + 1 : place + 2]
    latin = alphabet[0] < "\u0250"
    if len(word) > 1 and any(map(str.isascii, word)) != latin:
        return False
    if letter.isupper() and before.islower():
        return False
    if letter in _HEBREW_LAST or letter in _HEBREW_BEFORE:
        return bool(after) == (letter in _HEBREW_BEFORE)
    if _THAI_BEHIND.match(letter):
        return bool(_THAI_CONSONANT.match(before) or _THAI_BEHIND.match(before))
    if _THAI_AHEAD.match(letter):
        return bool(_THAI_CONSONANT.match(after))
    if alphabet == _PORTUGUESE and letter == "õ":
        return after == "e"
    return bool(after) if letter == "þ" else True
