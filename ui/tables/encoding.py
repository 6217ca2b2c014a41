"""Bytes of a file: refused by name where they are no text, and the encoding in which they read best."""

from __future__ import annotations

import codecs
import re
from typing import Final

import numpy as np

from ui.tables.languages import best_encoding, share_read
from ui.tables.words import TableError

ENCODINGS: Final = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte order mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 (little endian)",
    "utf-16-be": "UTF-16 (big endian)",
    "utf-32": "UTF-32",
    "utf-32-le": "UTF-32 (little endian)",
    "utf-32-be": "UTF-32 (big endian)",
    "cp1252": "Windows-1252 (Latin-1)",
    "latin-1": "Latin-1",
    "mac_roman": "Mac Roman",
    "gb18030": "GBK (Chinese)",
    "cp932": "Shift-JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "cp1250": "Windows-1250 (Central Europe)",
    "iso8859_2": "Latin-2 (Central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8_r": "KOI8-R (Cyrillic)",
    "cp866": "DOS 866 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp850": "DOS 850 (Western Europe)",
    "cp874": "Windows-874 (Thai)",
    "big5": "Big5 (Chinese)",
    "euc_kr": "EUC-KR (Korean)",
}
WIDE: Final = ("utf-16", "utf-32")
"""How encodings begin in which a letter takes two or four bytes."""
_EASTERN: Final = ("cp932", "euc_kr", "gb18030", "big5", "euc_jp")
MAX_LINE: Final = 1_000_000
"""Bytes in a line; a table has no longer ones, and reading them would hold everybody up."""
_STEP: Final = 1 << 20
_BEGINNING: Final = 20_000  # signs by which a format is known

# What a file that is no table of text begins with, so that it can be named in the refusal.
_MAGIC: Final = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"\x1f\x8b": "a compressed (gzip) file",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "an SQLite database",
    b"\x89HDF": "an HDF5 file",
    b"\x7fELF": "a program",
    b"<stata_dta>": "a Stata file",
    b"$FL2": "an SPSS file",
    b"RDX": "an R data file",
    b"\x93NUMPY": "a NumPy array",
    b"MATLAB 5.0": "a MATLAB file",
    b"\x80\x04\x95": "a Python pickle",
    b"{\\rtf": "a document in rich text (RTF)",
}
_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_EXCEL: Final = (
    "Excel workbooks are not read here, as openpyxl is not among the installed packages: in Excel choose "
    "“Save as”, “CSV UTF-8”, and open that file."
)
_AS_CSV: Final = "save the table as CSV (text, one line a row) first."
_MARKUP: Final = re.compile(r"\s*(<!doctype|<html|<\?xml|<svg|<table)", re.IGNORECASE)
# An object or a list of JSON; a header in brackets goes on with a letter.
_JSON: Final = re.compile(r"\s*(\{\s*\"|\{\s*\}|\[\s*(?:[\[{\"]|-?\d+(?:\.\d+)?\s*[,\]]))")
_SQL: Final = re.compile(
    r"(?im)^[^\S\n]{0,99}(create table|insert into|drop table|begin transaction)\b[^,;|]{0,999}?[(;]"
)
_JSON_LINES: Final = re.compile(r"\s*\{.*\}[ \t]*\r?\n\s*\{")
_LIBSVM: Final = re.compile(r"[-+]?[\d.]+(?:,[-+]?[\d.]+)*(?: qid:\d+)?(?: +\d+:[-+.\deE]+)+ *(?:#.*)?$")
# Chinese and Japanese characters of the first level, which texts are mostly made of; full-width kana.
_KANA: Final = re.compile("[\u3041-\u30ff]")


def without_end_signs(data: bytes) -> bytes:
    """Return a file without the zero bytes and the sign of DOS that may stand behind its last line."""
    return data if 0 in data[:200] else data.rstrip(b"\x00\x1a")


def refuse_what_is_no_text(data: bytes) -> None:
    """Refuse by name what begins like another kind of file, or is empty: `TableError`."""
    begins = data.removeprefix(codecs.BOM_UTF8)[:_STEP]
    if data in _MARKS or (not begins.strip() and not data.removeprefix(codecs.BOM_UTF8).strip()):
        raise TableError("The file is empty.")
    if data.startswith(b"version https://git-lfs"):
        raise TableError(
            "The file is a pointer of Git LFS, which stands for a table that was not fetched: fetch it with "
            "“git lfs pull”, and open that file."
        )
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            excel = b"xl/" in data[:4000] or b"[Content_Types]" in data[:4000] or "old Excel" in what
            cure = _EXCEL if excel or magic == b"PK\x03\x04" else _AS_CSV
            raise TableError(f"The file begins like {what}; {cure}")


def refuse_other_formats(text: str) -> None:
    """Refuse by its beginning what is text but no table: web pages, JSON, LIBSVM.

    Raises `TableError` with a sentence that names the format and what to do.
    """
    if "\x00" in text:
        raise TableError("The file holds zero bytes among its text, so it is not a table of text.")
    if _MARKUP.match(text):
        raise TableError("The file begins like a web page or XML; save the table as CSV first.")
    if _SQL.search(text):
        raise TableError("The file begins like an SQL dump; export the table itself as CSV first.")
    if _JSON_LINES.match(text):
        raise TableError(
            "The file begins like JSON lines (one JSON object a line): write it as CSV first, for instance "
            'with pandas.read_json(file, lines=True).to_csv("table.csv", index=False).'
        )
    if _JSON.match(text):
        raise TableError(f"The file begins like JSON; {_AS_CSV}")
    first = text[:_BEGINNING].splitlines()[:20]
    lines = [line for line in first if line.strip()][:-1] or first[:1]
    if lines and all(_LIBSVM.match(line.strip()) for line in lines):
        raise TableError(
            "The file begins like LIBSVM (a label, then index:value pairs): write it as CSV first, for "
            "instance with sklearn.datasets.load_svmlight_file and numpy.savetxt."
        )


def refuse_long_lines(data: bytes) -> None:
    """Refuse a file with a line longer than `MAX_LINE` bytes before anything parses it: `TableError` names
    the line.
    """
    if len(data) <= MAX_LINE:
        return
    last, number = -1, 0
    for start in range(0, len(data), _STEP):
        piece = np.frombuffer(data, dtype=np.uint8, count=min(_STEP, len(data) - start), offset=start)
        ends = np.flatnonzero((piece == 10) | (piece == 13)) + start
        edges = np.concatenate(([last], ends))
        if len(ends) == 0 and start + len(piece) - last > MAX_LINE:
            edges = np.array([last, start + len(piece)])
        lengths = np.diff(edges)
        if len(lengths) and lengths.max() > MAX_LINE:
            row = number + int(np.argmax(lengths > MAX_LINE)) + 1
            raise TableError(
                f"Line {row} is longer than {MAX_LINE // 1_000_000} MB, so the file is no table of text, or "
                "a quotation mark is missing."
            )
        number += len(ends)
        last = int(ends[-1]) if len(ends) else last


def find_encoding(data: bytes) -> str:
    """Name the encoding: by a byte order mark, by zero bytes, UTF-8 if it fits, or what reads best."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = data[:2000]
    if start.count(0) > 0.7 * len(start):
        return "utf-32-le" if start[3::4].count(0) > start[0::4].count(0) else "utf-32-be"
    if start.count(0) > len(start) // 4:
        return "utf-16-le" if start[1::2].count(0) > start[0::2].count(0) else "utf-16-be"
    if decodes(data, "utf-8") or _hardly_damaged(data[: 4 * _STEP]):
        return "utf-8"
    return _of_one_language(data)


def _hardly_damaged(data: bytes) -> bool:
    """Whether text is UTF-8 but for a few bytes: one in twenty of its signs beyond ASCII at most."""
    text = data.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    return damaged * 20 <= sum(not sign.isascii() for sign in text) if not data.isascii() else True


def _of_one_language(data: bytes) -> str:
    """Choose among encodings of few languages: the one in which the letters stand as in words of one."""
    lines = [line for line in data[: 4 * _STEP].splitlines() if not line.isascii()][:400]
    sample = b"\n".join(lines) or data[:_STEP]
    beyond = [bytes(byte for byte in line if byte > 127) for line in lines]
    if len(set(sample) - set(range(128))) == 1 and len(lines) > 2 and len(set(beyond)) == 1:
        return "cp1252"  # one sign, as often in every line: it parts cells, or is a unit
    scores = {name: _plausible(sample, name) for name in _EASTERN}
    eastern = max(scores, key=lambda name: scores[name])
    certain = scores[eastern] >= max(0.5, _plausible(sample, "cp1252") + 0.3)
    best = best_encoding(sample)
    # Letters of one byte each seldom fall into pairs that are all frequent characters.
    # Those of Thai do in short words.
    sure = best and best != "cp874" and scores[eastern] <= share_read(sample, best)
    ahead = scores[eastern] >= 0.97 and not sure
    for name in (eastern if ahead else "", best, eastern if certain else "", "cp1252"):
        if name and decodes(data, name):
            return name
    return "latin-1"


def _plausible(sample: bytes, encoding: str) -> float:
    """Return the share of signs beyond ASCII that stand where such signs do; -1 where it does not fit."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return -1.0
    good, total = 0.0, 0
    for position, sign in enumerate(text):
        if sign.isascii():
            continue
        total += 1
        around = text[max(0, position - 1) : position] + text[position + 1 : position + 2]
        # Letters of Western Windows that few of its languages use are where the Mac has the umlauts.
        weight = 0.4 if encoding == "cp1252" and sign in "ŠŒŽšžŸƒ" else 1.0
        good += weight * _stands_well(sign, around, encoding)
    return good / total if total else 0.0


def _stands_well(sign: str, around: str, encoding: str) -> bool:
    if encoding == "cp932":
        return bool(_KANA.match(sign)) or _level(sign, "shift_jis", 0x88, 0x97)
    if encoding == "euc_jp":
        return bool(_KANA.match(sign)) or _level(sign, "euc_jp", 0xB0, 0xCF)
    if encoding == "big5":
        return _level(sign, "big5", 0xA4, 0xC6)
    if encoding == "euc_kr":
        return "\uac00" <= sign <= "\ud7a3"
    if encoding == "gb18030":
        return _level(sign, "gb2312", 0xB0, 0xD7) or sign in "，。：；（）、《》“”￥¥％"
    if sign.isalpha() and sign <= "\u024f":
        beside = [other for other in around if other.isalpha()]
        lower = sign.islower() or all(other.isupper() for other in beside) or not around[:1].isalpha()
        return any(map(str.isascii, beside)) and lower
    return sign in "€£°²³µ½¼±§“”‘’–—…«»" and not (len(around) == 2 and around.isalpha() and sign not in "’‘")


def _level(sign: str, encoding: str, low: int, high: int) -> bool:
    try:
        return low <= sign.encode(encoding)[0] <= high and len(sign.encode(encoding)) == 2
    except UnicodeEncodeError:
        return False


def decodes(data: bytes, encoding: str) -> bool:
    """Try an encoding on the whole file, in pieces: a decoded copy of 200 MB would cost as much again."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), _STEP):
            decoder.decode(data[start : start + _STEP])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
