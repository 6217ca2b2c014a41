"""nginx's configuration for any number of replicas: ``python -m deploy.proxy --name class.example``."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FIRST_PORT: Final = 8502
"""Port of the first replica on this machine, unless told otherwise; the others follow."""
UPLOAD_MEGABYTES: Final = 200
"""`server.maxUploadSize` of `.streamlit/config.toml`."""
ROOM_LETTERS: Final = "ACDEFHJKMNPRTWXY3479"
"""Letters of a room's code; the first one says on which replica the room is."""
_NAME: Final = re.compile(r"_|[A-Za-z0-9*]([A-Za-z0-9.*-]*[A-Za-z0-9])?")
_REPLICA: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?:\d{1,5}")
_BASE: Final = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_FILE: Final = re.compile(r"(/[A-Za-z0-9._+@-]+)*")

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    undefined=StrictUndefined,
    autoescape=False,  # no page: what goes in is checked by `Site`
)
_TEMPLATES.filters["regex"] = re.escape


@dataclass(frozen=True)
class Site:
    """One public address, and the replicas behind it.

    Raises
    ------
    ValueError
        With a sentence that names field, allowed and given.
    """

    replicas: tuple[str, ...]
    """Their addresses, such as ``127.0.0.1:8502``; numbers, not names, where nginx shall know who
    answered."""
    name: str = "_"
    """Public name; ``_`` answers to every name."""
    port: int = 443
    """Public port."""
    address: str = ""
    """Network address to listen on; empty listens on all, IPv4 and IPv6."""
    certificate: str = ""
    key: str = ""
    """`certificate` and `key`: files of the certificate chain and of its key; both empty for plain HTTP."""
    base: str = ""
    """Sub-path such as ``/nn``, which the replicas must have as ``server.baseUrlPath``; empty at the root."""
    embed: tuple[str, ...] = ()
    """Origins such as ``https://course.example`` whose pages may show the playground in a frame."""
    upload_megabytes: int = UPLOAD_MEGABYTES
    """Largest upload, as in ``server.maxUploadSize``."""

    def __post_init__(self) -> None:
        if not self.replicas:
            raise ValueError("replicas must hold at least one address; none was given")
        for replica in self.replicas:
            _check("replicas", _REPLICA, replica, "a host and a port such as 127.0.0.1:8502")
        _check("name", _NAME, self.name, "a host's name such as class.example, or _ for any")
        _check("base", _BASE, self.base, "empty or a path such as /nn")
        for field, file in (("certificate", self.certificate), ("key", self.key)):
            _check(field, _FILE, file, "a file's absolute path, without spaces")
        if bool(self.certificate) != bool(self.key):
            raise ValueError("certificate and key come together; only one of them was given")
        for origin in self.embed:
            _check_origin(origin)
        if self.embed and not self.certificate:
            raise ValueError("embed needs a certificate: browsers keep a frame's cookies on https alone")
        for field, value, most in (
            ("port", self.port, 65535),
            ("upload_megabytes", self.upload_megabytes, 10**6),
        ):
            if not 1 <= value <= most:
                raise ValueError(f"{field} must be from 1 to {most}; {value} was given")

    @property
    def cookie_rules(self) -> str:
        """When a browser sends the cookie: in a foreign page's frame only where that was asked for."""
        if self.embed:
            return "Secure; SameSite=None; Partitioned"
        return "Secure; SameSite=Lax" if self.certificate else "SameSite=Lax"

    def room_letters(self, place: int) -> str:
        """Give the letters with which the codes of one replica's rooms begin, from 1; none beyond twenty."""
        count = len(self.replicas)
        return ROOM_LETTERS[place - 1 :: count] if count <= len(ROOM_LETTERS) else ""

    def listen(self, port: int) -> list[str]:
        """Give nginx's words for a port: of one address, or of all."""
        return [f"{self.address}:{port}"] if self.address else [str(port), f"[::]:{port}"]

    def text(self) -> str:
        """Give the configuration, for nginx's ``http`` block."""
        return _TEMPLATES.get_template("site.conf.jinja").render(site=self)


def alone(site: str, folder: Path, *, descriptors: int) -> str:
    """Give the whole configuration of an nginx that needs nothing of this machine's.

    `site` stands in its ``http`` block; `folder` is for its process number and (unused) temporary files,
    `descriptors` the number of files and sockets that it may hold.
    """
    template = _TEMPLATES.get_template("alone.conf.jinja")
    return template.render(site=site, folder=folder, descriptors=descriptors)


def _check(field: str, allowed: re.Pattern[str], given: str, words: str) -> None:
    if not allowed.fullmatch(given):
        raise ValueError(f"{field} must be {words}; {given!r} was given")


def _check_number(field: str, given: int, most: int) -> None:
    if not 1 <= given <= most:
        raise ValueError(f"{field} must be from 1 to {most}; {given} was given")


def _check_origin(origin: str) -> None:
    parts = urlsplit(origin)
    plain = re.fullmatch(r"[A-Za-z0-9.:*-]+", parts.netloc)
    if parts.scheme != "https" or not plain or origin != f"https://{parts.netloc}":
        raise ValueError(f"embed must be an origin such as https://course.example; {origin!r} was given")


def parser() -> argparse.ArgumentParser:
    """Give the parser of this command's line."""
    found = argparse.ArgumentParser(prog="python -m deploy.proxy", description=__doc__)
    add = found.add_argument
    add("--name", required=True, help="public name, such as class.example")
    add("--replicas", type=int, default=4, help="how many, on 127.0.0.1 (default: 4)")
    add("--first-port", type=int, default=FIRST_PORT, help=f"of the first (default: {FIRST_PORT})")
    add("--base", default="", help="sub-path such as /nn (default: none)")
    add("--embed", nargs="*", default=[], help="origins whose pages may show it in a frame")
    add("--certificate", help="file of the certificate chain (default: certbot's)")
    add("--key", help="file of its key (default: certbot's)")
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the configuration that the command line asks for."""
    line = parser()
    asked = line.parse_args(arguments)
    keys = f"/etc/letsencrypt/live/{asked.name}"
    try:
        site = Site(
            replicas=tuple(f"127.0.0.1:{asked.first_port + k}" for k in range(asked.replicas)),
            name=asked.name,
            base=asked.base,
            embed=tuple(asked.embed),
            certificate=asked.certificate or f"{keys}/fullchain.pem",
            key=asked.key or f"{keys}/privkey.pem",
        )
    except ValueError as error:
        line.error(str(error))
    sys.stdout.write(site.text())


if __name__ == "__main__":
    main()
