"""What a key is called in a sentence: a person may have given its binding another one."""

from __future__ import annotations

from textual.binding import Binding
from textual.dom import DOMNode

# By the ids of bindings, their usual keys.
_USUAL = {
    "app.filter": "f",
    "app.problems": "E",
    "app.verify": "v",
    "book.undo": "u",
    "list.mark": "m",
    "load.resume": "r",
    "narrow.not": "-",
    "narrow.only": "+",
    "notebook.note": "i",
    "view.undo": "u",
}


def key_name(node: DOMNode, name: str) -> str:
    """As a person types it. name: the id of a binding."""
    app = node.app
    binding = Binding(_USUAL[name], "", id=name)
    keys = getattr(app, "keys_of", lambda b: b.key)(binding)
    return app.get_key_display(Binding(keys.split(",")[0], ""))
