"""Every shape by ``service:EventName``, and lists of them drawn from."""

from __future__ import annotations

from functools import cache

from ctexplore.sources.demo.catalogue_compute import CONTAINERS, EC2, LAMBDA, SCALING
from ctexplore.sources.demo.catalogue_control import AUDIT, DEPLOYMENT, IAM, STS
from ctexplore.sources.demo.catalogue_data import DATABASES, KMS, MESSAGES, S3, SECRETS
from ctexplore.sources.demo.fleet import HOME
from ctexplore.sources.demo.habits import HABITS
from ctexplore.sources.demo.records import GLOBAL
from ctexplore.sources.demo.shapes import Shape

SHAPES: dict[str, Shape] = {
    shape.id: shape
    for group in (
        EC2, LAMBDA, CONTAINERS, SCALING, S3, KMS, SECRETS, DATABASES, MESSAGES,
        IAM, STS, AUDIT, DEPLOYMENT,
    )
    for shape in group
}  # fmt: skip


@cache
def drawn(habit: str, region: str) -> tuple[Shape, ...]:
    """The calls of a habit, each as often as its weight says; global ones only at home."""
    out: list[Shape] = []
    for word in HABITS[habit].split():
        name, _, weight = word.partition("*")
        service, _, event = name.partition(":")
        if service in GLOBAL and region != HOME:
            continue
        if event:
            out.extend([SHAPES[name]] * int(weight or 1))
        else:
            out.extend(shape for key, shape in SHAPES.items() if key.startswith(f"{service}:"))
    return tuple(out)
