"""AWS as tests see it: no files or environment of the machine, and a moto server on loopback."""

from __future__ import annotations

import functools
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.operations import SENT, note_operations, undocumented, unsent

# The suite decides what lands, so it draws the same examples every time;
# `pytest --hypothesis-profile=wide` draws others, and more of them.
# No property is decided by a clock: the machine may be busy.
_UNHURRIED = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
settings.register_profile("same", _UNHURRIED, derandomize=True)
settings.register_profile("wide", _UNHURRIED, max_examples=1000)
settings.load_profile("same")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Of the whole suite, and only of that, every documented operation can be expected."""
    config = session.config
    if (output := getattr(config, "workeroutput", None)) is not None:
        output["sent"] = sorted(SENT)
    elif wrong := undocumented() or (unsent() if _whole(config) and not session.exitstatus else ""):
        print(f"\nFAILED: {wrong}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Of pytest-xdist: a process of tests has ended, and says what was sent there."""
    SENT.update(getattr(node, "workeroutput", {}).get("sent", ()))


def _whole(config: pytest.Config) -> bool:
    """Whether every file of tests was run, and no test chosen by name."""
    chosen = config.getoption("keyword") or config.getoption("lf", False)
    return not chosen and config.args == config.getini("testpaths")


@functools.cache
def _loader(_path: str | None = None) -> object:
    from botocore.loaders import Loader

    return Loader()


@pytest.fixture
def account_names() -> Iterator[None]:
    """Two accounts have names, one of them a hostile one."""
    from ctexplore.config import Account
    from ctexplore.trail.accounts import NAMES

    hostile = Account("te\x1b[31mst")
    NAMES.learn({"111122223333": Account("prod", "ask ops"), "444455556666": hostile})
    yield
    NAMES.forget()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Credentials that no AWS knows, and an empty folder for AWS's configuration files."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "HTTP", "http"))]:
        monkeypatch.delenv(name)
    folder = tmp_path / "aws"
    folder.mkdir()
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTTESTTESTTEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test-secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    # Loading the model of S3 is most of what a client costs; a loader caches what it read.
    monkeypatch.setattr("botocore.session.create_loader", _loader)
    # botocore backs off for seconds between its own tries.
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))
    note_operations(monkeypatch)
    return folder


@pytest.fixture(scope="session")
def moto_server() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def moto(moto_server: str, aws: Path) -> Iterator[str]:
    """URL of an empty moto server, as S3 and as STS."""
    yield moto_server
    reset = urllib.request.Request(f"{moto_server}/moto-api/reset", method="POST")
    urllib.request.urlopen(reset).close()
