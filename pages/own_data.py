"""Own data: a table of one's own, from the file to a trained network and its predictions."""

from dataclasses import replace

from ui import own_state
from ui.own_data import draw_own_downloads, draw_ready, draw_results, draw_steps
from ui.page import LivePage

PAGE = LivePage(
    name=own_state.PAGE,
    title="Own data",
    lead="A CSV file, a target column, and a network that learns it. The rows stay in this tab.",
    data=("own", own_state.WISCONSIN),
    panels=("loss", "accuracy", "matrix", "network"),
    extra=own_state.EXTRA,
    opens=own_state.opens_with,
)


def main() -> None:
    """Draw the page."""
    opened = PAGE.open()
    if opened.experiment.data != "own":
        ready = opened.experiment.dataset()
        PAGE.take_home(opened, PAGE.show(opened, above=lambda: draw_ready(ready)))
        return
    own = own_state.current(opened.extra, opened.experiment)
    regression = own.choices.task == "regression"
    page = replace(PAGE, panels=("loss", "residuals", "network") if regression else PAGE.panels)
    handle = page.show(opened, data=own.prepared.data, above=lambda: draw_steps(own))
    if not opened.view.lecture:
        draw_results(own, handle)
        draw_own_downloads(own, handle)
    page.take_home(opened, handle)


main()
