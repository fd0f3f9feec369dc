"""What goes on all the time: machines and services at work in one slot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from ctexplore.sources.demo.catalogue import drawn
from ctexplore.sources.demo.clock import DAY, date
from ctexplore.sources.demo.dice import dice, guid_of
from ctexplore.sources.demo.fleet import make, pool
from ctexplore.sources.demo.identity import Actor, Target
from ctexplore.sources.demo.shapes import Shape
from ctexplore.sources.demo.templates import HEX, Blanks, Voice, template, voice

DENIED, THROTTLED = 0.014, 0.004
"""Shares of the calls that fail, of those that people and programs make."""

Event = tuple[int, int, str]
"""(order within the file, a tie-break, JSON text)."""

_NOTHING: Mapping[str, str] = {}


class Cue(Struct, frozen=True):
    """An event somebody's day demands. None: left to chance, by the actor's habit.

    fixed: places of the shape (shapes.py) that are not left to chance.
    """

    second: int
    actor: Actor
    started: int
    shape: Shape | None = None
    target: Target | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)


class Pen:
    """Writes the events of one file; every file has its own chance.

    novel: share of events whose target no other event has.
    """

    def __init__(self, seed: int, account: str, region: str, file: object, novel: float = 0.0):
        self._seed, self._account, self._region = seed, account, region
        rng = dice(seed, account, region, file)
        self._random, self._bits = rng.random, rng.getrandbits
        self._novel = novel
        self._blanks = Blanks(c=account, g=region)

    def background(self, actors: Sequence[Actor], count: int, first: int, last: int) -> list[Event]:
        """``count`` events of these actors from second ``first`` to before ``last``."""
        voices: dict[Actor, tuple[Voice, tuple[Shape, ...]]] = {}
        random, region, seed = self._random, self._region, self._seed
        out: list[Event] = []
        people, span = len(actors), last - first
        for index in range(count):
            actor = actors[int(random() * people)]
            known = voices.get(actor)
            if known is None:
                spoken = voice(actor, seed, actor.started(first))
                known = voices[actor] = spoken, drawn(actor.habit, region)
            spoken, shapes = known
            second = first + int(random() * span)
            shape = shapes[int(random() * len(shapes))]
            targets = actor.targets or pool(shape.kind, self._account, region)
            target = targets[int(random() * len(targets))]
            if self._novel and shape.kind and random() < self._novel:
                target = make(shape.kind, self._bits(64), self._account, True)
            out.append((second ^ 3, index, self.write(second, shape, spoken, target)))
        return out

    def cued(self, cues: Sequence[Cue]) -> list[Event]:
        out: list[Event] = []
        for index, cue in enumerate(cues):
            spoken = voice(cue.actor, self._seed, cue.started)
            shape, target = cue.shape, cue.target
            if shape is None:
                shapes = drawn(cue.actor.habit, self._region)
                shape = shapes[int(self._random() * len(shapes))]
            if target is None:
                targets = pool(shape.kind, self._account, self._region)
                target = targets[int(self._random() * len(targets))]
            text = self.write(cue.second, shape, spoken, target, fixed=cue.fixed)
            out.append((cue.second ^ 3, index - 1_000_000, text))
        return out

    def write(
        self,
        second: int,
        shape: Shape,
        who: Voice,
        target: Target,
        outcome: str | None = None,
        fixed: Mapping[str, str] = _NOTHING,
    ) -> str:
        """One record. ``outcome`` as template() has it, None: left to luck."""
        chance = f"{self._bits(HEX * 4):064x}"
        if outcome is None and who.channel != "service":
            luck = self._random()
            if luck < DENIED:
                outcome = "denied"
            elif luck < DENIED + THROTTLED:
                outcome = "throttled"
            elif shape.refusal and luck > 1 - shape.refusal[2] / 1000:
                outcome = "refused"
        blanks = Blanks(self._blanks, **fixed) if fixed else self._blanks
        blanks.second = second
        blanks["h"] = chance
        blanks["i"], blanks["a"], blanks["u"], blanks["w"], channel = who
        blanks["o"], blanks["b"] = target
        blanks["t"] = _stamp(second)
        blanks["e"] = guid_of(chance)
        blanks["r"] = guid_of(chance[32:])
        return template(shape, channel, outcome or "") % blanks


_MINUTES = [f"T{minute // 60:02d}:{minute % 60:02d}:" for minute in range(DAY // 60)]
_SECONDS = [f"{second:02d}Z" for second in range(60)]


def _stamp(second: int) -> str:
    """clock.stamp() by look-up."""
    day, rest = divmod(second, DAY)
    return date(day) + _MINUTES[rest // 60] + _SECONDS[rest % 60]
