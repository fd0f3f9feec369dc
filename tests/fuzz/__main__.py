"""Look for bytes that a target cannot bear: ``python -m tests.fuzz NAME [options of libFuzzer]``.

Needs atheris, which is no requirement of anything else: ``pip install atheris``. What it finds
goes to tests/corpus/NAME, where the default set replays it. ``-max_total_time=60`` ends it.
"""

from __future__ import annotations

import sys
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "corpus"


def main() -> None:
    name, *options = sys.argv[1:] or ["--help"]
    import atheris

    with atheris.instrument_imports(include=["ctexplore"]):
        from tests.fuzz.targets import TARGETS
    if name not in TARGETS:
        sys.exit(f"{__doc__}\nTargets: {', '.join(TARGETS)}")
    # What is merely new to the fuzzer is not kept in the repository.
    found = Path.cwd() / ".fuzz" / name
    found.mkdir(parents=True, exist_ok=True)
    kept = CORPUS / name
    arguments = [sys.argv[0], str(found), str(kept), f"-artifact_prefix={kept}/", *options]
    atheris.Setup(arguments, TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
