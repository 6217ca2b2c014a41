"""What a browser tells a script once is heard by it, however many script runs are asked for in haste.

A pressed button, and what a component of ours has to say, comes with one request alone. Streamlit (1.67) ends
a run when it is asked for another one (`runner.fastReruns`), and what came with a request whose run had not
called its callbacks yet is gone: while it waited for its thread or its turn, or at the run's first look
whether something else was asked for, which comes before the callbacks. Here it goes with the next request.

Seen to work with Streamlit 1.67.0; like `ui/streamlit_internals.py` this uses names that are not public.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from typing import Any, Final

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import RerunData, RerunException, ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import (
    ScriptRequestType,
    _has_active_trigger_value,
)
from streamlit.runtime.scriptrunner_utils.script_run_context import RunLocation, ThreadState

MOST_TOLD: Final = 16
"""What one component has told and nobody heard is kept up to so many: a hand has made the last ones."""

MOST_TELLING: Final = 32
"""Of so many buttons and components what nobody heard is kept: those that were told last."""
LONGEST_TOLD: Final = 2**16
"""Characters that a component has told, beyond which only its last words are kept: ours have some hundred."""


def joined(before: WidgetStates | None, after: WidgetStates | None) -> WidgetStates:
    """Return the states of `after` with what `before` tells once: presses, a component's words in order."""
    told = {widget.id: widget for widget in list(_once(before))[-MOST_TELLING:]}
    both = WidgetStates()
    if after is not None:
        both.CopyFrom(after)
    for widget in both.widgets:
        earlier = told.pop(widget.id, None)
        if earlier is None:
            continue
        if not _has_active_trigger_value(widget):
            widget.CopyFrom(earlier)
        elif (
            widget.json_trigger_value
            and earlier.json_trigger_value
            and len(widget.json_trigger_value) + len(earlier.json_trigger_value) <= LONGEST_TOLD
        ):
            words = [*_words(earlier), *_words(widget)]
            widget.json_trigger_value = json.dumps(words[-MOST_TOLD:])
    both.widgets.extend(told.values())
    return both


def without_words(states: WidgetStates) -> WidgetStates:
    """Return states without what is told once."""
    others = WidgetStates()
    others.widgets.extend(widget for widget in states.widgets if not _has_active_trigger_value(widget))
    return others


def _once(states: WidgetStates | None) -> Iterable[WidgetState]:
    return () if states is None else filter(_has_active_trigger_value, states.widgets)


def _words(widget: WidgetState) -> list[Any]:
    """Return what a component tells; nothing of what only a browser that is not ours sends."""
    try:
        told = json.loads(widget.json_trigger_value)
    except (ValueError, RecursionError):
        return []
    return told if isinstance(told, list) else [told]


class HearingRunner(ScriptRunner):
    """Runs scripts, and keeps what came with a request until callbacks can hear it.

    What is asked for while a widget's callback runs comes after it: Streamlit 1.67 would end the callback at
    its next look at the session's state and take the widget's change for handled, so that it would be lost.
    """

    _lock: Final = threading.Lock()  # of all runners: it is held for microseconds
    _unheard: WidgetStates | None = None
    _heard = False

    def __init__(self, *, initial_rerun_data: RerunData, **more: Any) -> None:
        self._unheard = initial_rerun_data.widget_states
        super().__init__(initial_rerun_data=initial_rerun_data, **more)

    def request_rerun(self, rerun_data: RerunData) -> bool:
        """Ask for another run; False where this runner has ended."""
        with self._lock:
            taken = super().request_rerun(rerun_data)
            if taken and rerun_data.widget_states is not None:
                self._unheard = joined(self._unheard, rerun_data.widget_states)
            return taken

    def give_up(self) -> WidgetStates | None:
        """Return what no callback has heard, if anything; this runner, which would call them, then ends."""
        with self._lock:
            unheard, self._unheard = self._unheard, None
            if unheard is not None:
                self.request_stop()
            return unheard

    def _run_script(self, rerun_data: RerunData) -> None:
        self._heard = False
        super()._run_script(rerun_data)

    def _maybe_handle_execution_control_request(self) -> None:
        if self._is_in_script_thread():
            if ThreadState.get().run_location is RunLocation.CALLBACK:
                return
            if self._execing and not self._heard and self._hear():
                return
        try:
            super()._maybe_handle_execution_control_request()
        except RerunException:
            self._heard = False  # the run that follows brings its own
            raise

    def _hear(self) -> bool:
        """Note at a run's first look that its callbacks come next; False where its words were taken over."""
        with self._lock:
            self._heard = True
            if self._unheard is None:
                return False
            requests = self._requests
            waiting = requests._state is ScriptRequestType.RERUN
            self._unheard = requests._rerun_data.widget_states if waiting else None
            return True


class HearingSession(AppSession):
    """A session whose scripts hear all that its browser tells, once."""

    def request_rerun(self, client_state: ClientState | None) -> None:
        """Ask for a run; what the run that it takes the place of has not heard comes with it."""
        if client_state is not None:
            client_state = self._with_unheard(client_state)
        super().request_rerun(client_state)

    def _with_unheard(self, client_state: ClientState) -> ClientState:
        runner = self._scriptrunner
        asked = ClientState()
        asked.CopyFrom(client_state)
        if asked.is_auto_rerun:
            # A fragment's clock may strike between a press and its own request, which brings it again.
            asked.widget_states.CopyFrom(without_words(client_state.widget_states))
        elif not asked.fragment_id and isinstance(runner, HearingRunner):
            unheard = runner.give_up()
            if unheard is not None:
                asked.widget_states.CopyFrom(joined(unheard, client_state.widget_states))
        return asked
