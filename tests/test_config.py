from __future__ import annotations

from pathlib import Path

import pytest

from ctexplore import config


@pytest.mark.parametrize(
    ("variable", "folder", "below_home"),
    [
        ("XDG_CACHE_HOME", config.cache_dir, ".cache/ctexplore/v1"),
        ("XDG_STATE_HOME", config.state_dir, ".local/state/ctexplore"),
        ("XDG_CONFIG_HOME", config.config_dir, ".config/ctexplore"),
    ],
)
def test_folders(monkeypatch, tmp_path, variable, folder, below_home):
    monkeypatch.setenv("HOME", str(tmp_path))
    default = tmp_path / below_home
    monkeypatch.delenv(variable, raising=False)
    assert folder() == default
    for ignored in ("", "relative", "~/x"):
        monkeypatch.setenv(variable, ignored)
        assert folder() == default
    monkeypatch.setenv(variable, "/elsewhere")
    assert folder() == Path("/elsewhere/ctexplore", *default.parts[-1:] * ("v1" in default.parts))


def settings(tmp_path: Path, text: str) -> config.Settings:
    file = tmp_path / "config.toml"
    file.write_text(text)
    return config.read_settings(file)


def test_no_file_is_no_settings(tmp_path):
    assert config.read_settings(tmp_path / "config.toml") == config.Settings()
    assert settings(tmp_path, "") == config.Settings()


def test_views_keep_their_order(tmp_path):
    found = settings(tmp_path, """[views]\nz = 'is:denied "a b"'\n"on call" = "is:write"\n""")
    assert list(found.views.items()) == [
        ("z", config.View('is:denied "a b"')),
        ("on call", config.View("is:write")),
    ]


def test_views_may_have_columns(tmp_path):
    found = settings(
        tmp_path,
        """views.a = {filter = "x", columns = ["name", "ip"]}
        [views.b]\nfilter = 'y'\n""",
    )
    assert found.views == {"a": config.View("x", ("name", "ip")), "b": config.View("y")}


def test_accounts_have_names_and_notes(tmp_path):
    found = settings(
        tmp_path,
        """[accounts]
        111122223333 = "prod"
        "444455556666" = {name = " test \\u001b[31m", note = "shared, ask ops"}
        [accounts.777788889999]\nname = 'logs'\n""",
    )
    assert found.accounts == {
        "111122223333": config.Account("prod"),
        "444455556666": config.Account("test \x1b[31m", "shared, ask ops"),
        "777788889999": config.Account("logs"),
    }


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        ("[views]\na = 'x'\nb = 3\n", 3, "views.b", "must be a filter in quotes"),
        ('[views]\n"on call" = []\n', 2, "views.on call", "must be a filter in quotes"),
        ("views.b = 3\n", 1, "views.b", "must be a filter in quotes"),
        ("[views.a]\nb = 'x'\n", 1, "views.a", "must be a filter in quotes"),
        ("[views.a]\nfilter = 3\n", 1, "views.a", "must be a filter in quotes"),
        ("[views]\na = {filter = 'x', columns = 'y'}\n", 2, "views.a", "or a table"),
        ("[views]\na = {filter = 'x', column = ['y']}\n", 2, "views.a", "or a table"),
        ("# views\n\nviews = 'x'\n", 3, "views", "must be a table"),
        ("theme = 'x'\n[views]\n", 1, "theme", "options stand below [defaults]"),
        ("[keys]\n'app.filter' = 3\n", 2, "keys.app.filter", "must be a key in quotes"),
        ("[keys]\n'app.filter' = []\n", 2, "keys.app.filter", "must be a key in quotes"),
        ("[keys]\n'app.filter' = ['f', '']\n", 2, "keys.app.filter", "must be a key in quotes"),
        ("[views]\na = x\n", 2, "", "not TOML"),
        ("accounts = 'x'\n", 1, "accounts", "must be a table"),
        ("[accounts]\n\n11112222333 = 'prod'\n", 3, "accounts.11112222333", "12 digits"),
        ("[accounts]\n111122223333 = 7\n", 2, "accounts.111122223333", "a name in quotes"),
        ("[accounts]\n111122223333 = ' '\n", 2, "accounts.111122223333", "a name in quotes"),
        ("[accounts.111122223333]\nnote = 'x'\n", 1, "accounts.111122223333", "or a table"),
        ("accounts.111122223333 = {name = 'a', nota = 'b'}", 1, "accounts.111122223333", "or a"),
        ("[accounts]\n111122223333 = '444455556666'\n", 2, "accounts.111122223333", "the id of"),
    ],
)
def test_errors_name_the_file_the_line_and_the_key(tmp_path, text, line, key, reason):
    with pytest.raises(config.SettingsError) as caught:
        settings(tmp_path, text)
    error = caught.value
    assert (error.line, error.key) == (line, key)
    assert reason in error.reason
    assert f"{tmp_path / 'config.toml'}, line {line}: {key}" in str(error)


def test_a_file_that_is_not_utf8_or_cannot_be_read(tmp_path):
    file = tmp_path / "config.toml"
    file.write_bytes(b"# \xff")
    with pytest.raises(config.SettingsError, match="not UTF-8"):
        config.read_settings(file)
    with pytest.raises(config.SettingsError, match="directory"):
        config.read_settings(tmp_path)


def test_what_is_wrong_may_be_left_out(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text("x = 1\n[views]\na = 'b'\nc = 3\n[accounts]\nno = 'x'\n[keys]\na = 'b'\n")
    problems = []
    found = config.read_settings(file, problems)
    assert found.views == {"a": config.View("b")}
    assert found.keys == {"a": ("b",)}
    assert [(problem.line, problem.key) for problem in problems] == [
        (1, "x"),
        (4, "views.c"),
        (6, "accounts.no"),
    ]


def test_options_are_as_written(tmp_path):
    found = settings(
        tmp_path, "[defaults]\nregion = ['a', 'b']\noffline = true\n[query]\nlimit = 7\n"
    )
    assert found.options == {
        "defaults": {"region": ["a", "b"], "offline": True},
        "query": {"limit": 7},
    }
