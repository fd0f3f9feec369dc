"""What a terminal shows that is too small for anything else."""

from __future__ import annotations

from textual.widgets import Static

WIDTH, HEIGHT = 40, 10  # cells


class TooSmall(Static):
    """Lies over the whole screen when displayed; what is below keeps its state and its focus."""

    DEFAULT_CSS = """
    TooSmall {
        layer: above; display: none; width: 100%; height: 100%; background: $background;
        content-align: center middle; text-align: center;
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def on_resize(self) -> None:
        width, height = self.screen.size
        self.update(f"too small: {width}×{height}\nneeds {WIDTH}×{HEIGHT}")
