"""Building blocks: activations, costs, softmax, schedulers and back-propagation, each by itself."""

from ui.blocks import draw_blocks

draw_blocks()
