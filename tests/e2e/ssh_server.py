"""An SSH server of our own on loopback: host key, user key, configuration and port for one test."""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.e2e.terminal import GUARD

_SEPARATION = Path("/run/sshd")  # where a server of root's must find an empty folder


class SshServer:
    """pid: of the server itself; each login has processes of its own below it."""

    def __init__(self, folder: Path, port: int, pid: int) -> None:
        self._folder = folder
        self._port = port
        self.pid = pid

    def client(self, command: Sequence[str], env: Mapping[str, str]) -> list[str]:
        """The ssh client that runs a command in a terminal there, with this environment alone and
        what the server tells of the connection."""
        told = ' SSH_CONNECTION="$SSH_CONNECTION" TERM="$TERM" '
        given = shlex.join(f"{name}={value}" for name, value in env.items() if name != "TERM")
        options = (
            f"UserKnownHostsFile={self._folder / 'known'}",
            "StrictHostKeyChecking=accept-new",
            "IdentitiesOnly=yes",
            "LogLevel=ERROR",
        )
        return [
            shutil.which("ssh") or "ssh",
            *("-F", "none", "-tt", "-i", str(self._folder / "user"), "-p", str(self._port)),
            *(word for option in options for word in ("-o", option)),
            f"{getpass.getuser()}@127.0.0.1",
            f"exec env -i {given}{told}{shlex.join(command)}",
        ]


@contextmanager
def ssh_server(folder: Path) -> Iterator[SshServer]:
    """Skips the test, and says why, where none can be started."""
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if not program or not shutil.which("ssh") or not shutil.which("ssh-keygen"):
        pytest.skip("needs sshd and ssh (apt install openssh-server)")
    for name in ("host", "user"):
        made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(made, check=True, timeout=GUARD)
    with socket.create_server(("127.0.0.1", 0)) as plug:
        port = plug.getsockname()[1]
    config = folder / "config"
    config.write_text(
        f"ListenAddress 127.0.0.1:{port}\n"
        f"HostKey {folder / 'host'}\n"
        f"AuthorizedKeysFile {folder / 'user.pub'}\n"
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\n"
        "PidFile none\nPrintMotd no\nPrintLastLog no\n"
    )
    made_folder = False
    if os.geteuid() == 0 and not _SEPARATION.exists():
        with suppress(OSError):
            _SEPARATION.mkdir(mode=0o755)
            made_folder = True
    log = folder / "log"
    with log.open("w") as said:
        server = subprocess.Popen([program, "-D", "-e", "-f", str(config)], stderr=said)
    try:
        deadline = time.monotonic() + GUARD
        while "Server listening" not in log.read_text():
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.skip(f"sshd does not start here: {log.read_text().strip()[-300:]}")
            time.sleep(0.05)
        yield SshServer(folder, port, server.pid)
    finally:
        server.terminate()
        server.wait()
        if made_folder:
            with suppress(OSError):
                _SEPARATION.rmdir()
