"""Opening pages as the server does: through the entry script, without a browser."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from nncore.experiment import Experiment

SHELL = Path(__file__).resolve().parents[2] / "ui" / "app" / "shell.py"
TIMEOUT_SECONDS = 30


def open_home() -> AppTest:
    """Open the root address in a new session."""
    app = new_session().run()
    assert not app.exception
    return app


@cache
def first_session() -> AppTest:
    """The session from which the others have what a server has once: its pages by address, its components.

    Looking for components among all installed packages takes five times as long as a page does.
    """
    return AppTest.from_file(SHELL, default_timeout=TIMEOUT_SECONDS).run()


def new_session() -> AppTest:
    """A session before its first run, of the one server that all tests share."""
    app = AppTest.from_file(SHELL, default_timeout=TIMEOUT_SECONDS)
    app._bidi_component_manager = first_session()._bidi_component_manager
    app._registered_pages = first_session()._registered_pages
    return app


def open_page(name: str, query: Mapping[str, str] | None = None) -> AppTest:
    """Open a page in a new session, with an address."""
    return go_to(new_session(), name, query)


def go_to(app: AppTest, name: str, query: Mapping[str, str] | None = None) -> AppTest:
    """Move to another page of the session, by a link with that query or the navigation, which has none."""
    app.query_params = dict(query or {})
    app.switch_page(f"../../pages/{name}.py").run()
    assert not app.exception
    return app


def widget(app: AppTest, key: str) -> Any:
    """Return the widget of that key, whatever its kind.

    Raises
    ------
    KeyError
        If the page draws none.
    """
    for kind in KINDS:
        for element in getattr(app, kind):
            if element.key == key:
                return element
    drawn = sorted(str(element.key) for kind in KINDS for element in getattr(app, kind))
    raise KeyError(f"no widget {key!r} is drawn; there are {', '.join(drawn)}")


def has_widget(app: AppTest, key: str) -> bool:
    """Whether a widget of that key is drawn."""
    return any(element.key == key for kind in KINDS for element in getattr(app, kind))


KINDS = (
    "selectbox", "slider", "select_slider", "number_input", "text_input", "radio", "checkbox", "multiselect",
    "button",
)  # fmt: skip


def addressed(app: AppTest, data: str = "XOR") -> Experiment:
    """Return the experiment that the address bar holds, which must be free of faults."""
    query = {name: value for name, value in app.query_params.items() if name not in VIEW}
    experiment, notices = Experiment.from_query(query, data=data)
    assert notices == []
    return experiment


VIEW = ("speed", "axis", "lecture", "discrete", "show_val")


def shown(app: AppTest, page: str) -> Experiment:
    """Return the experiment that the live channel of the page was told to run last."""
    return app.session_state["_pages"][page].experiment


def warnings(app: AppTest) -> list[str]:
    """Return the notices on the page, of which several share a box."""
    return [line.removeprefix("- ") for element in app.warning for line in element.value.split("\n")]
