"""The live view as a test sees it: by test ids and the data attributes of its root."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = '[data-testid="live-view"]'
QUIET = '[data-testid="stApp"][data-test-script-state="notRunning"]'
PATIENCE_MS = 60_000


class LiveView:
    """A page with a live view.

    Parameters
    ----------
    page : playwright.sync_api.Page
    """

    def __init__(self, page: Any) -> None:
        self.page = page

    def data(self) -> dict[str, str]:
        """Return the root's data attributes."""
        return self.page.eval_on_selector(ROOT, "node => ({ ...node.dataset })")

    @property
    def run(self) -> str:
        """Number of the run that was drawn last."""
        return self.data()["run"]

    @property
    def epoch(self) -> int:
        """Epoch that was drawn last."""
        return int(self.data()["epoch"])

    def until(self, condition: str, argument: Any = None) -> dict[str, str]:
        """Wait until a condition on the root's data attributes `d` (and an argument `a`) holds; return "
        "them."""
        held = self.page.wait_for_function(
            f"""a => {{
                const node = document.querySelector('{ROOT}');
                if (!node) return false;
                const d = node.dataset;
                return ({condition}) && {{ ...d }};
            }}""",
            arg=argument,
            timeout=PATIENCE_MS,
        )
        data: dict[str, str] = held.json_value()
        return data

    def quiet(self) -> None:
        """Wait until no script of the page runs."""
        self.page.locator(QUIET).wait_for(timeout=PATIENCE_MS)

    def drawn(self, frames: int = 1) -> dict[str, str]:
        """Wait until so many frames were drawn."""
        return self.until("Number(d.frames) >= a", frames)

    def finished(self) -> dict[str, str]:
        """Wait until the run is over."""
        return self.until("d.state === 'finished'")

    def new_run(self, old: str) -> dict[str, str]:
        """Wait until a frame of another run than `old` was drawn."""
        return self.until("d.run !== a", old)

    def frames_pass(self, count: int = 20) -> None:
        """Let the browser draw so many times: time passes, by its own measure."""
        self.page.evaluate(
            """count => new Promise(done => {
                const turn = () => (count-- > 0 ? requestAnimationFrame(turn) : done());
                turn();
            })""",
            count,
        )

    def part(self, name: str) -> Any:
        """Return the element of a test id."""
        return self.page.get_by_test_id(name)

    def press(self, key: str) -> None:
        """Press a key while nothing of the page has the focus."""
        self.page.evaluate("document.activeElement && document.activeElement.blur()")
        self.page.keyboard.press(key)

    def query(self) -> dict[str, str]:
        """Return the parameters of the address bar."""
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.page.url).query).items()}

    def until_query(self, **wanted: str) -> None:
        """Wait until the address bar holds these parameters."""
        self.page.wait_for_function(
            """wanted => {
                const query = new URLSearchParams(location.search);
                return Object.entries(wanted).every(([name, value]) => query.get(name) === value);
            }""",
            arg=wanted,
            timeout=PATIENCE_MS,
        )

    def control(self, key: str) -> Any:
        """Return the input of the Streamlit widget of that key."""
        return self.page.locator(f".st-key-{key} input").first

    def until_shown(self, key: str, value: str) -> None:
        """Wait until the Streamlit widget of that key shows a number: it is drawn after the new run."""
        self.page.wait_for_function(
            """([selector, value]) => {
                const shown = document.querySelector(selector)?.value;
                return shown && Number(shown) === Number(value);
            }""",
            arg=[f".st-key-{key} input", value],
            timeout=PATIENCE_MS,
        )

    def download(self, name: str) -> bytes:
        """Press a download button and return the file's bytes."""
        # Streamlit draws a button with a tooltip twice, for wide and for narrow windows.
        button = self.page.locator(f".st-key-download_{name} button:visible").first
        if button.count() == 0:
            self.page.get_by_text("Take home").click()
            button.wait_for()
        with self.page.expect_download() as started:
            button.click()
        with open(started.value.path(), "rb") as file:
            return file.read()
