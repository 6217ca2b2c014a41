"""Figures that are not drawn while training: pure functions, each beside one for its text alternative."""
