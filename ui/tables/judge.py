"""Judging on the page: other models beside the network, five folds, importance of columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from nncore.experiment import Experiment
from nncore.experiment.field_kinds import counted
from ui.live.view import LiveHandle
from ui.shared import session
from ui.shared.plain_text import plain
from ui.shared.theme import BARE, palette
from ui.tables import results
from ui.tables import session as own_state
from ui.tables.judge_job import JudgeJob
from ui.tables.judge_models import (
    CONSTANT,
    FOLDS,
    FOREST,
    MOST_SHUFFLED,
    NETWORK,
    REPEATS,
    STRAIGHT,
    Judged,
    NetworkEstimator,
    Work,
    judged_rows,
)
from ui.tables.judge_words import (
    against_straight,
    folds_figure,
    folds_table,
    importance_figure,
    models_table,
)
from ui.tables.preparation import Prepared
from ui.tables.session import Own

_HELD: Final = "_own_judged"  # session state: the work that was asked for last
_POLL_SECONDS: Final = 0.5


@dataclass(frozen=True)
class Held:
    """Work in a process, and what it was asked about: other rows or settings make it worthless."""

    kind: str
    models: tuple[str, ...]
    experiment: Experiment | None
    prepared: Prepared
    job: JudgeJob
    epoch: int = 0


def draw_rivals(own: Own, prepared: Prepared, handle: LiveHandle) -> None:
    """Draw the network beside a constant, a straight model and, if asked for, a forest, on the same rows."""
    forest = st.toggle("A forest too", key="own_forest", help="200 trees; takes seconds, in the background.")
    models = (CONSTANT, STRAIGHT, *((FOREST,) if forest else ()))
    held = _held("rivals", prepared, models)
    if held is None:
        held = _begin("rivals", own, prepared, models)
    if not _ended(held):
        return
    scores = results.score(handle.network(), prepared)
    mine = [Judged(NETWORK, one.name, one.outputs, one.targets) for one in scores]
    st.dataframe(models_table([*mine, *held.job.judged]), hide_index=True, key="own_rivals")
    validation = [one for one in (*mine, *held.job.judged) if one.part == "validation"]
    network, straight = (
        next((one for one in validation if one.model == model), None) for model in (NETWORK, STRAIGHT)
    )
    if network is None or straight is None:
        st.markdown("No rows are kept apart: how well a model answers for rows that it has seen says little.")
    else:
        st.markdown(plain(against_straight(network, straight)))
    st.caption(_MODELS_TOLD)


_MODELS_TOLD: Final = (
    "All learn from the same training rows, prepared in one way. The constant answers the share of each "
    "class, or the mean. The straight model is scikit-learn's logistic or ridge regression as it comes; "
    "where it is clearly better than guessing, verdicts on runs go by it."
)


def draw_folds(own: Own, prepared: Prepared) -> None:
    """Draw the cross-validation: started by a button, as it trains the network five times."""
    forest = st.toggle("A forest too", key="own_forest_folds")
    models = (CONSTANT, STRAIGHT, *((FOREST,) if forest else ()), NETWORK)
    experiment = session.current_experiment(own_state.PAGE)
    held = _held("folds", prepared, models, experiment)
    if held is None:
        st.markdown(
            f"The rows are dealt into {FOLDS} parts. Every model learns {FOLDS} times, each time without one "
            "part, and answers for that one: medians, scales and texts come from the other four alone."
        )
        st.button(
            "Start", key="own_folds", icon=":material/play_arrow:", on_click=_start_folds,
            args=(own, prepared, models, experiment),
        )  # fmt: skip
        return
    if not _ended(held):
        return
    figure, text = folds_figure(held.job.judged, palette())
    st.plotly_chart(figure, key="own_folds_chart", alt=text, config=BARE)
    st.dataframe(folds_table(held.job.judged), hide_index=True, key="own_folds_table")
    st.markdown(plain(text))
    st.caption(
        "In every fold the network starts from the same seed and trains as the side bar says. As folds share "
        "most of their training rows, the spread is rather too small."
    )


def draw_importance(own: Own, prepared: Prepared, handle: LiveHandle) -> None:
    """Draw how much worse the network answers where one column is shuffled."""
    held = _held("importance", prepared, ())
    again = st.button("Look again", key="own_again", help="Take the network as it is now.")
    if held is None or again:
        held = _begin_importance(own, prepared, handle)
    if not _ended(held):
        return
    measure = "log loss" if prepared.classes else "typical error"
    figure, text = importance_figure(held.job.importance, palette(), measure=measure)
    st.plotly_chart(figure, key="own_importance", alt=text, config=BARE)
    st.markdown(plain(text))
    part = "validation" if len(prepared.val_rows) else "training"
    done = counted(held.epoch, "epoch", separator=",")
    st.caption(
        f"Permutation importance of the network as it was after {done}, on up to "
        f"{MOST_SHUFFLED:,} {part} rows, each column shuffled {REPEATS} times."
    )


def _begin_importance(own: Own, prepared: Prepared, handle: LiveHandle) -> Held:
    trained = NetworkEstimator(
        prepared.steps, handle.network(), n_classes=len(prepared.classes), center=prepared.center,
        spread=prepared.spread,
    )  # fmt: skip
    return _begin("importance", own, prepared, trained=trained, epoch=handle.record().epoch)


def _begin(
    kind: str,
    own: Own,
    prepared: Prepared,
    models: tuple[str, ...] = (),
    *,
    experiment: Experiment | None = None,
    trained: NetworkEstimator | None = None,
    epoch: int = 0,
) -> Held:
    """Give the work to a process; what was asked for before is given up."""
    cancel()
    job = JudgeJob(Work(kind, judged_rows(own.table, prepared), models, experiment, trained))
    held = Held(kind, models, experiment, prepared, job, epoch)
    st.session_state[_HELD] = held
    return held


def _start_folds(own: Own, prepared: Prepared, models: tuple[str, ...], experiment: Experiment) -> None:
    """Begin five folds, from a callback."""
    _begin("folds", own, prepared, models, experiment=experiment)


def _held(
    kind: str, prepared: Prepared, models: tuple[str, ...], experiment: Experiment | None = None
) -> Held | None:
    """Return the work of this session if it was about this; other work is stopped."""
    held: Held | None = st.session_state.get(_HELD)
    if held is None:
        return None
    asked = (held.kind, held.models, held.experiment) == (kind, models, experiment)
    if asked and held.prepared is prepared and held.job.state != "cancelled":
        return held
    cancel()
    return None


def cancel() -> None:
    """Stop what is at work for this session, if anything is."""
    held: Held | None = st.session_state.pop(_HELD, None)
    if held is not None:
        held.job.cancel()


def give_up(kind: str) -> None:
    """Stop the work, from a callback; what begins by itself is put away, or it would begin anew."""
    cancel()
    if kind != "folds":
        st.session_state["own_look"] = "none"


def _ended(held: Held) -> bool:
    """Return whether there is something to show; draw how far it is, or why it failed."""
    if held.job.active:
        st.fragment(_draw_progress, run_every=_POLL_SECONDS)(held)
        return False
    if held.job.state == "failed":
        st.error(plain(held.job.message), icon=":material/error:")
        return False
    return True


def _draw_progress(held: Held) -> None:
    job = held.job
    job.look()
    if not job.active:
        st.rerun()
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(job.progress.share, text=job.progress.text)
    button.button("Cancel", key="own_cancel", on_click=give_up, args=(held.kind,), width="stretch")
