"""A whole page that is none of Streamlit's: a few lines around the modules that draw it."""

from __future__ import annotations

from html import escape
from string import Template
from typing import Final

from starlette.responses import HTMLResponse

from ui.web.addresses import view_files

_PAGE: Final = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>$title</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${folder}$style">
<script type="module" src="${folder}$entry"></script>
</head>
<body $data>
<noscript>This page needs JavaScript.</noscript>
</body>
</html>
""")


def bare_page(entry: str, *, title: str, style: str, status: int = 200, **data: str) -> HTMLResponse:
    """Return a page by its first module and its style sheet; the module reads `data` as attributes."""
    files = view_files(entry)
    folder = escape(files["folder"])
    text = _PAGE.substitute(
        title=escape(title),
        folder=folder,
        style=style,
        entry=entry,
        data=" ".join(f'data-{name}="{escape(value)}"' for name, value in data.items()),
    )
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return HTMLResponse(text, status_code=status, headers=headers)
