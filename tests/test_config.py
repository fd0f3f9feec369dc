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
