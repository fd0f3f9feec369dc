"""Colours as eyes see them: contrast, distance, and what is left of either without one kind of
cones."""

from __future__ import annotations

from collections.abc import Iterator

from rich.style import Style
from textual.app import App
from textual.color import Color

# Machado, Oliveira, Fernandes: "A Physiologically-based Model for Simulation of Color Vision
# Deficiency", IEEE Transactions on Visualization and Computer Graphics 15 (6), 2009: the matrices
# for severity 1.0, applied to linear RGB.
SIGHTS = {
    "trichromacy": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
Triple = tuple[float, float, float]


def contrast(one: str, other: str) -> float:
    """WCAG 2.1, "contrast ratio": from 1 to 21."""
    low, high = sorted(_luminance(_linear(Color.parse(c))) for c in (one, other))
    return (high + 0.05) / (low + 0.05)


def distance(one: str, other: str, sight: str = "trichromacy") -> float:
    """How far apart two colours are for a kind of eyes: Euclidean in Oklab times 100 (Björn
    Ottosson: "A perceptual color space for image processing", 2020), in which 2 is about the
    least that is noticed."""
    a, b = (_oklab(_seen(_linear(Color.parse(c)), sight)) for c in (one, other))
    return 100 * sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5


def written(app: App[None]) -> Iterator[tuple[str, Style]]:
    """The pieces of the screen with a letter or a digit, and how they are drawn."""
    for strip in app.screen._compositor.render_strips():
        for text, style, _ in strip:
            if any(c.isalnum() for c in text):
                yield text, style or Style()


def _linear(color: Color) -> Triple:
    r, g, b = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    )
    return r, g, b


def _luminance(rgb: Triple) -> float:
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def _seen(rgb: Triple, sight: str) -> Triple:
    r, g, b = (
        min(1.0, max(0.0, sum(m * part for m, part in zip(row, rgb, strict=True))))
        for row in SIGHTS[sight]
    )
    return r, g, b


def _oklab(rgb: Triple) -> Triple:
    r, g, b = rgb
    l = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)  # noqa: E741
    m = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    )
