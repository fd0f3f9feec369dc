"""How many events of each name ctexplore reads in a folder, folding nothing: "count name" lines.

python -m tests.bench.inside.names DIR
"""

from __future__ import annotations

import sys

from ctexplore.query.facets import facet
from tests.bench.inside.loaded import load


def main(folder: str) -> None:
    table = load(folder).table
    for name, number in facet(table, None, "name"):
        print(number, name)


if __name__ == "__main__":
    main(sys.argv[1])
