"""Home: the lecture's steps as links, and how to use the playground in class."""

from ui.home import draw_home

draw_home()
