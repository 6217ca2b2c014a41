"""Frameworks: the same network in PyTorch, Keras, TensorFlow and scikit-learn."""

from ui.frameworks import draw_page

draw_page()
