"""Views in a person's own configuration file: what they wrote stays as they wrote it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.config import SettingsError, View, parse_settings, read_settings
from ctexplore.tui.filter.view_file import delete_view, save_view

WRITE = View("is:write")


def saved(folder: Path, text: str, name: str, view: View = WRITE) -> str:
    file = folder / "config.toml"
    file.write_bytes(text.encode())
    save_view(file, name, view)
    return file.read_bytes().decode()


def test_the_first_view_makes_the_file_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    save_view(file, "on call", View('is:denied "a b"', ("time", "name")))
    assert file.read_text() == (
        '[views]\n"on call" = {filter = "is:denied \\"a b\\"", columns = ["time", "name"]}\n'
    )
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert read_settings(file).views == {"on call": View('is:denied "a b"', ("time", "name"))}


def test_account_names_stay_beside_views(tmp_path: Path) -> None:
    before = "[accounts]\n111122223333 = 'prod'\n"
    text = saved(tmp_path, before, "x")
    assert text == f'{before}\n[views]\n"x" = "is:write"\n'
    delete_view(tmp_path / "config.toml", "x")
    found = read_settings(tmp_path / "config.toml")
    assert not found.views and found.accounts["111122223333"].name == "prod"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# mine\n", '# mine\n\n[views]\n"x" = "is:write"\n'),
        ("[views]", '[views]\n"x" = "is:write"\n'),
        (
            "[views] # of us\n# first\na = 'b'  # why\n\n# the end\n",
            "[views] # of us\n# first\na = 'b'  # why\n\n# the end\n\"x\" = \"is:write\"\n",
        ),
        ("[views]\r\na = 'b'\r\n", '[views]\r\na = \'b\'\r\n"x" = "is:write"\r\n'),
        ("[views]\n[views.a]\nfilter = 'b'\n",
         "[views]\n\"x\" = \"is:write\"\n[views.a]\nfilter = 'b'\n"),
        ("views.a = 'b'\n", "views.\"x\" = \"is:write\"\nviews.a = 'b'\n"),
        (
            "[views]\na = '''\n[views]\n'''\n",
            "[views]\n\"x\" = \"is:write\"\na = '''\n[views]\n'''\n",
        ),
    ],
)  # fmt: skip
def test_one_more(tmp_path: Path, before: str, after: str) -> None:
    assert saved(tmp_path, before, "x") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[views]\nx = 'y' # '#' a\nz = 'q'\n", "[views]\n\"x\" = \"is:write\" # '#' a\nz = 'q'\n"),
        ("[views]\n'x' = '#'\n", '[views]\n"x" = "is:write"\n'),
        ("[views]\nx = '''a\n'''\nz = 'q'\n", "[views]\n\"x\" = \"is:write\"\nz = 'q'\n"),
        (
            "[views]\nz = 'q'\n[views.x]\nfilter = 'y'\ncolumns = [\n 'a',\n]\n",
            "[views]\nz = 'q'\n\"x\" = \"is:write\"\n",
        ),
        ("views.x = 'y'\n", 'views."x" = "is:write"\n'),
    ],
)  # fmt: skip
def test_another_in_its_place(tmp_path: Path, before: str, after: str) -> None:
    assert saved(tmp_path, before, "x") == after


def test_a_name_that_hides_among_others(tmp_path: Path) -> None:
    before = "[views]\n\"a = 'x' #\" = 'b'\n\"a\" = 'c'\n"
    assert saved(tmp_path, before, "a = 'x' #") == (
        '[views]\n"a = \'x\' #" = "is:write"\n"a" = \'c\'\n'
    )


def test_one_less(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("# mine\n[views]\na = 'b'\n# of x\nx = 'y'\n\nz = 'q'\n")
    delete_view(file, "x")
    assert file.read_text() == "# mine\n[views]\na = 'b'\n# of x\n\nz = 'q'\n"
    delete_view(file, "gone")
    assert read_settings(file).views == {"a": View("b"), "z": View("q")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[views]\na = 3\n", "line 2: views.a"),
        ("[views]\na = \n", "line 2: not TOML"),
        ("other = 1\n", "line 1: other"),
        ("views = {a = 'b'}\n", "cannot be changed by a program: add"),
    ],
)
def test_a_file_that_cannot_be_changed_is_named_and_stays(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        saved(tmp_path, text, "x")
    assert said in str(caught.value) and "config.toml" in str(caught.value)
    assert (tmp_path / "config.toml").read_text() == text


def test_a_link_to_a_file_elsewhere_stays_one(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles.toml", tmp_path / "config.toml"
    real.write_text("# mine\n")
    link.symlink_to(real)
    save_view(link, "x", WRITE)
    assert link.is_symlink() and '"x" = "is:write"' in real.read_text()


def test_a_folder_that_may_not_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"file/config\.toml"):
        save_view(tmp_path / "file" / "config.toml", "x", WRITE)


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
views = st.builds(View, names, st.lists(names, max_size=2).map(tuple))


@given(st.lists(st.tuples(names, views), max_size=4), st.data())
def test_whatever_is_saved_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, kept: list[tuple[str, View]], data: st.DataObject
) -> None:
    file = tmp_path_factory.mktemp("config") / "config.toml"
    for name, view in kept:
        save_view(file, name, view)
    assert dict(read_settings(file).views) == dict(kept)
    for name in data.draw(st.permutations(sorted(dict(kept)))):
        delete_view(file, name)
    assert parse_settings(file.read_text() if kept else "", file).views == {}
