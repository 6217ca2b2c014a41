"""The learning-rate laboratory: which learning rates learn, which do not, and why."""

from ui.lab import draw_page

draw_page()
