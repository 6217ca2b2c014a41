"""The page of a phone: a few lines around the modules that do the rest."""

from __future__ import annotations

from html import escape
from string import Template
from typing import Final

from ui.streamlit_internals import base_path
from ui.web.addresses import FILES_PATH, assets

PAGE_PATH: Final = "/room/{code}"
SOCKET_PATH: Final = "/live/room/{code}"
ENTRY: Final = "room/phone.js"

_PAGE: Final = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Room $code</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${folder}room/phone.css">
$preloads
<script type="module" src="$folder$entry"></script>
</head>
<body data-code="$code" data-socket="$socket">
<noscript>This page needs JavaScript.</noscript>
</body>
</html>
""")


def phone_page(code: str) -> str:
    """Return the page of a code, which may be none.

    Parameters
    ----------
    code : str
        As it was typed, or in its own form.

    Returns
    -------
    str
        HTML.
    """
    files, base = assets(), base_path()
    folder = f"{base}{FILES_PATH}/{files.version}/"
    preloads = "\n".join(
        f'<link rel="modulepreload" href="{folder}{name}">' for name in sorted(files.imports(ENTRY))
    )
    shown = escape(code, quote=True)
    return _PAGE.substitute(
        code=shown,
        folder=folder,
        entry=ENTRY,
        preloads=preloads,
        socket=f"{base}{SOCKET_PATH.format(code=shown)}",
    )
