"""A module of the browser and all that it imports as one file.

The views are some sixty small modules. Asked for one by one they cost a browser more than reading them does,
and the server as many answers as a class has phones, times sixty. So each module's address answers with the
module and what it imports, one function a module, in the order in which they need one another, without their
comments. A page that loads two such files has each module once all the same: the first to come enters it
where the other one looks. What is imported later (``import()``) is not included. Style sheets are
joined alike.

No bundler from elsewhere: they need Node, which a server of this playground has not, or a build whose result
would lie in the repository. Our modules are written in one way (`npm run format:check`), and what is not is
refused.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import Final

_FROM: Final = re.compile(r'^(?:import|export)\b[^;]*?\bfrom "(\.[^"]+)";\n', re.MULTILINE)
_IMPORT: Final = re.compile(r'^import (?:(\w+)|\{([^}]*)\}) from "(\.[^"]+)";\n', re.MULTILINE)
_PASSED_ON: Final = re.compile(r'^export \{([^}]*)\} from "(\.[^"]+)";\n', re.MULTILINE)
_NOTHING: Final = re.compile(r"^export \{\};\n", re.MULTILINE)
_EXPORT: Final = re.compile(
    r"^export (default )?((?:async )?function\*? |class |const )(\w+)\b", re.MULTILINE
)
_DEFAULT: Final = re.compile(r"^export default ", re.MULTILINE)
_LATER: Final = re.compile(r'\bimport\("(\.[^"]+)"\)')
_SOON: Final = re.compile(r'\bimport\("(\.[^"]+)"\)\.then')
_STYLE: Final = re.compile(r'^@import url\("([^"]+)"\);\n', re.MULTILINE)
_LEFT: Final = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_COMMENT: Final = re.compile(r"^[ \t]*(?:/\*\*(?:(?!\*/)[\s\S])*\*/[ \t]*|//.*)\n", re.MULTILINE)
_KNOWN, _ANSWER = "$known", "$answer"


def without_comments(text: str) -> str:
    """Return a module without the comments that have lines of their own."""
    return _COMMENT.sub("", text)


def in_order(entry: str, read: Callable[[str], str]) -> list[str]:
    """Return the names of a module and of all that it imports, each behind those that it needs itself.

    Parameters
    ----------
    entry : str
        Name, relative to the folder of all.
    read : callable
        Name to text.

    Raises
    ------
    KeyError
        As `read` raises it for what there is not.
    ValueError
        When modules import one another in a ring.
    """
    order: list[str] = []
    entered: list[str] = []

    def enter(name: str) -> None:
        if name in order:
            return
        if name in entered:
            raise ValueError(
                f"modules must not import one another in a ring; got {entered} and {name} again."
            )
        entered.append(name)
        for path in _FROM.findall(read(name)):
            enter(_at(name, path))
        entered.pop()
        order.append(name)

    enter(entry)
    return order


def later(entry: str, read: Callable[[str], str]) -> list[str]:
    """Return the names of what a module, or one that it imports, asks for once it runs.

    Raises as `in_order` does.
    """
    found = [_at(name, path) for name in in_order(entry, read) for path in _SOON.findall(read(name))]
    return list(dict.fromkeys(found))


def joined(entry: str, read: Callable[[str], str], *, version: str) -> str:
    """Return the text of a module that has within it all that it imports.

    Parameters
    ----------
    entry : str
        Name, relative to the folder of all; its address is that of the text.
    read : callable
        Name to text.
    version : str
        Modules of another version are others.

    Raises
    ------
    KeyError, ValueError
        As `in_order`; and when a module is written in a way that is not understood.
    """
    parts = [f'const {_KNOWN} = (globalThis[Symbol.for("modules {version}")] ??= {{}});']
    exported: list[str] = []
    for name in in_order(entry, read):
        body, exported = _function(name, read(name), entry)
        parts.append(f'{_KNOWN}["{name}"] ??= (() => {{\n{body}}})();')
    answers = [name for name in exported if name != "default"]
    if answers:
        parts.append(f'export const {{ {", ".join(answers)} }} = {_KNOWN}["{entry}"];')
    if "default" in exported:
        parts.append(f'export default {_KNOWN}["{entry}"].default;')
    return "\n".join(parts) + "\n"


def style(name: str, read: Callable[[str], str]) -> str:
    """Return the text of a style sheet that has within it those that it imports.

    Parameters
    ----------
    name : str
        Name, relative to the folder of all.
    read : callable
        Name to text.

    Raises
    ------
    KeyError
        As `read` raises it for what there is not.
    """
    return _STYLE.sub(lambda match: style(_at(name, match[1]), read), read(name))


def _at(name: str, path: str) -> str:
    """Return the name of what one file calls by a relative path."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _pairs(names: str) -> list[tuple[str, str]]:
    """Return (name, name in its new place) of what stands in braces."""
    parts = (one.split(" as ") for one in re.split(r"\s*,\s*", names.strip()) if one)
    return [(part[0], part[-1]) for part in parts]


def _function(name: str, text: str, entry: str) -> tuple[str, list[str]]:
    """Return the body of the function that a module becomes, and the names that it exports."""
    answers: list[tuple[str, str]] = []  # name, and what stands for it

    def take(match: re.Match[str]) -> str:
        default, names, path = match.groups()
        taken = [("default", default)] if default else _pairs(names)
        inside = ", ".join(old if old == new else f"{old}: {new}" for old, new in taken)
        return f'const {{ {inside} }} = {_KNOWN}["{_at(name, path)}"];\n'

    def pass_on(match: re.Match[str]) -> str:
        names, path = match.groups()
        answers.extend((new, f'{_KNOWN}["{_at(name, path)}"].{old}') for old, new in _pairs(names))
        return ""

    def give(match: re.Match[str]) -> str:
        default, kind, own = match.groups()
        answers.append(("default" if default else own, own))
        return f"{kind}{own}"

    def give_value(_: re.Match[str]) -> str:
        answers.append(("default", _ANSWER))
        return f"const {_ANSWER} = "

    def there(path: str) -> str:
        """Return what a path of this module is from the address of all of them."""
        found = posixpath.relpath(_at(name, path), posixpath.dirname(entry) or ".")
        return found if found.startswith(".") else f"./{found}"

    body = without_comments(text)
    for strange in (_KNOWN, _ANSWER):
        if strange in body:
            raise ValueError(f"{name} must not have the name {strange}, which stands for what it imports.")
    for pattern, change in ((_IMPORT, take), (_PASSED_ON, pass_on), (_EXPORT, give), (_DEFAULT, give_value)):
        body = pattern.sub(change, body)
    body = _LATER.sub(lambda match: f'import("{there(match[1])}")', body)
    if name != entry:
        here = there(posixpath.basename(name))
        body = body.replace("import.meta.url", f'new URL("{here}", import.meta.url).href')
    body = _NOTHING.sub("", body)
    if left := _LEFT.search(body):
        raise ValueError(f"{name} must import and export in a way that is understood here; got {left[0]!r}.")
    inside = ", ".join(new if new == own else f"{new}: {own}" for new, own in answers)
    return f"{body}return {{ {inside} }};\n", [new for new, _ in answers]
