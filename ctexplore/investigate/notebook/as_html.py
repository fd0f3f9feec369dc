"""A report as one HTML page that asks nobody for anything and runs nothing."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from ctexplore.investigate.notebook.document import Block, Facts, Grid, Heading, Listing
from ctexplore.text import safe

_STYLE: Final = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 76em; padding: 0 1em;
  color: #1b1f24; background: #fff; }
h2 { border-bottom: 1px solid #bbb; margin-top: 2em; } h3 { margin: 1.8em 0 .4em; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; }
th, td { padding: .2em .7em .2em 0; vertical-align: top; overflow-wrap: anywhere; }
tr { border-top: 1px solid #ddd; break-inside: avoid; } .loud { color: #a40000; font-weight: 600; }
dl { display: grid; grid-template-columns: 8em 1fr; margin: 0; } dt { color: #555; }
dd { margin: 0; overflow-wrap: anywhere; }
pre { background: #f4f5f7; padding: .7em; white-space: pre-wrap; overflow-wrap: anywhere;
  font-size: 12px; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } h3 { break-after: avoid; }
  pre { background: none; border: 1px solid #ccc; font-size: 8pt; } }
"""


def html(blocks: Iterable[Block]) -> Iterator[str]:
    """The page. Every text is made safe and escaped here, wherever it comes from."""
    listed = list(blocks)
    digest = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = next((b.text for b in listed if isinstance(b, Heading)), "")
    yield (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{_text(title)}</title>\n<style>{_STYLE}</style></head><body>\n"
    )
    for block in listed:
        yield from _block(block)
    yield "</body></html>\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, text, loud):
            yield f"<h{level}{_loud(loud)}>{_text(text)}</h{level}>\n"
        case Facts(rows):
            yield "<dl>\n"
            for name, text in rows:
                yield f"<dt>{_text(name)}</dt><dd>{_text(text)}</dd>\n"
            yield "</dl>\n"
        case Grid(titles, rows, loud_rows):
            head = "".join(f"<th>{_text(title)}</th>" for title in titles)
            yield f"<table><thead><tr>{head}</tr></thead><tbody>\n"
            for n, row in enumerate(rows):
                cells = "".join(f"<td>{_text(cell)}</td>" for cell in row)
                yield f"<tr{_loud(n in loud_rows)}>{cells}</tr>\n"
            yield "</tbody></table>\n"
        case Listing(lines):
            # Lines are safe already; the break after <pre> is none of theirs.
            yield "<pre>\n" + "\n".join(escape(line) for line in lines) + "</pre>\n"


def _text(text: str) -> str:
    return escape(safe(text))


def _loud(loud: bool) -> str:
    return ' class="loud"' if loud else ""
