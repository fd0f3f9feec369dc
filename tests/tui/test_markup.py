"""No text of a log is taken for markup: the source is read for every way there.

Textual reads a ``str`` as markup wherever a widget is not told otherwise: ``[@click=app.quit]`` in
a user agent would be a button, ``[/b]`` an error that ends the program.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st
from textual.command import CommandList
from textual.content import Content
from textual.fuzzy import Matcher

from ctexplore import tui
from ctexplore.config import config_file
from ctexplore.text import safe
from ctexplore.tui.filter.offers import highlighted, literal
from tests.tui.explorer import opened

FOLDER = Path(tui.__file__).parent
FILES = {
    str(path.relative_to(FOLDER)): ast.parse(path.read_bytes()) for path in FOLDER.rglob("*.py")
}
# Those with a switch, and what else of Textual's there is: an Input's text and placeholder are
# never markup (its source), a Tree's labels are looked at below. Another widget is to be
# thought about before it stands here.
SWITCHED = {"Static", "OptionList"}
KNOWN = SWITCHED | {"Input", "Tree"}
MARKUP = {"from_markup", "render_markup", "render_str", "escape"}
TITLES = {"tooltip", "title", "sub_title", "border_title", "border_subtitle"}


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Place, call and the last part of the name of what is called."""
    for name, tree in FILES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func
                last = getattr(called, "attr", None) or getattr(called, "id", "")
                yield f"{name}:{node.lineno}", node, last


def says_no_markup(call: ast.Call) -> bool:
    return any(
        k.arg == "markup" and isinstance(k.value, ast.Constant) and k.value.value is False
        for k in call.keywords
    )


def tells_its_base(kind: ast.ClassDef) -> bool:
    inits = [n for n in kind.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"]
    inside = [n for init in inits for n in ast.walk(init) if isinstance(n, ast.Call)]
    return any(getattr(n.func, "attr", "") == "__init__" and says_no_markup(n) for n in inside)


def switched() -> set[str]:
    """Widgets that must be told; those of ours that tell their own base are left out."""
    nodes = [node for tree in FILES.values() for node in ast.walk(tree)]
    classes = [n for n in nodes if isinstance(n, ast.ClassDef) and not tells_its_base(n)]
    found, before = set(SWITCHED), set[str]()
    while found != before:
        before = set(found)
        for kind in classes:
            if {getattr(base, "id", "") for base in kind.bases} & found:
                found.add(kind.name)
    return found


def test_every_widget_that_can_read_markup_is_told_not_to() -> None:
    names = switched()
    assert {"Static", "OptionList", "DigestList", "ProfileList"} <= names
    wrong = [where for where, call, name in calls() if name in names and not says_no_markup(call)]
    assert wrong == []


def test_every_notice_is_told_so_too() -> None:
    notices = [(where, call) for where, call, name in calls() if name == "notify"]
    assert len(notices) > 30
    assert [where for where, call in notices if not says_no_markup(call)] == []
    # A notice may also be called later.
    later = [
        (where, call)
        for where, call, _ in calls()
        if any(getattr(argument, "attr", "") == "notify" for argument in call.args)
    ]
    assert [where for where, call in later if not says_no_markup(call)] == []


def test_nobody_makes_text_of_markup() -> None:
    wrong = [where for where, _, name in calls() if name in MARKUP]
    assert wrong == []
    for name, tree in FILES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert node.module not in ("textual.markup", "rich.markup"), name
                if node.module == "textual.widgets":
                    assert {alias.name for alias in node.names} <= KNOWN, name


def test_labels_of_a_tree_are_text_not_str() -> None:
    labels = [
        (where, call.args[0])
        for where, call, name in calls()
        if name in ("add_leaf", "set_label")
        or (name == "add" and any(k.arg == "allow_expand" for k in call.keywords))
    ]
    assert len(labels) > 4
    wrong = [
        where
        for where, label in labels
        if not (isinstance(label, ast.Call) and getattr(label.func, "id", "") == "Text")
    ]
    assert wrong == []


def test_titles_and_tooltips_of_widgets_are_not_made_of_anything() -> None:
    for name, tree in FILES.items():
        for node in ast.walk(tree):
            targets = node.targets if isinstance(node, ast.Assign) else []
            for target in targets:
                if isinstance(target, ast.Attribute) and target.attr in TITLES:
                    assert isinstance(node.value, ast.Constant), f"{name}:{node.lineno}"


def test_what_a_widget_renders_is_not_a_str() -> None:
    for name, tree in FILES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name == "render":
                assert ast.unparse(node.returns or ast.Constant("")) in ("Text", "Content"), name


@given(st.text() | st.text(alphabet="[]/\\ab@=.$'\" 1#:"))
@example("[/b]\\")
@example("\\[TODO]")
def test_the_palettes_markup_shows_the_text_itself(text: str) -> None:
    shown = safe(text)
    assert Content.from_markup(literal(shown)).plain == shown
    assert Content.from_markup(literal(shown)).spans == []
    assert highlighted(Matcher("b"), shown).plain == shown


async def test_a_hostile_view_in_the_palette() -> None:
    config_file().parent.mkdir(parents=True)
    names = ("[/b]", "[@click=app.quit]x[/]", "[TODO]")
    views = "".join(f"""'{name}' = 'agent:"[/b]"'\n""" for name in names)
    config_file().write_text(f"[views]\n{views}")
    async with opened(size=(100, 40)) as explorer:
        await explorer.press("ctrl+p")
        await explorer.type("View: [")
        shown = explorer.app.screen.query_one(CommandList)
        await explorer.until(lambda: shown.option_count >= 2 * len(names), "the views")
        prompts = [str(shown.get_option_at_index(n).prompt) for n in range(shown.option_count)]
        for name in names:
            assert f'View: {name}\nagent:"[/b]"' in prompts
            assert f'Delete view: {name}\nagent:"[/b]"' in prompts
        await explorer.press("enter")
        await explorer.until(lambda: explorer.screen.bar.text == 'agent:"[/b]"', "the view")
