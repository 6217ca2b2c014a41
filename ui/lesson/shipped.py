"""The lesson that ships: the lecture's steps, a screen each preset."""

from __future__ import annotations

import re
from typing import Final

from ui.lesson.lesson import Lesson, Screen, screen_query
from ui.shared.lessons import STEPS
from ui.shared.presets import Preset, Step

_ENDS: Final = re.compile(r"(?<=[.!?]) ")


def first_sentence(text: str) -> str:
    """Return the first sentence of a text.

    Examples
    --------
    >>> first_sentence("At 0.5 it is thrown far. Look at the matrix.")
    'At 0.5 it is thrown far.'
    """
    return _ENDS.split(text, maxsplit=1)[0]


def _screen(step: Step, preset: Preset) -> Screen:
    # A preset's own words tell what becomes of its run; where that is asked, only the step's may be shown.
    words = preset.text if preset.question is None else step.text
    return Screen(preset.page, screen_query(preset.query()), first_sentence(words), preset.question)


LECTURE: Final = Lesson(
    "The lecture, step by step", tuple(_screen(step, preset) for step in STEPS for preset in step.presets)
)
SHIPPED: Final = {"lecture": LECTURE}
"""Lessons of the playground, by the name in their address."""
