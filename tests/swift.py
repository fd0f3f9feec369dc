"""OpenStack Swift's s3api on loopback: a second S3, written by others than moto and botocore.

It checks signatures, has users of more and of less rights, odd keys, and leads to the right
region. It lives in a virtual environment of its own, beside the project's:

    python3 -m venv .swift && .swift/bin/pip install swift

It needs a folder whose file system has extended attributes. Four processes, some 230 MB.
"""

from __future__ import annotations

import getpass
import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Any

from msgspec import Struct

PROGRAMS = Path(__file__).parents[1] / ".swift" / "bin"
GUARD = 180.0  # seconds until it answers; it takes about five
REGION = "us-east-1"
# Access key and secret. Bob belongs to the account and may do nothing; Eve has another one.
TESTER = ("test:tester", "testing")
BOB = ("test:bob", "bobsecret")
EVE = ("other:eve", "evesecret")

_SERVER = """\
[DEFAULT]
devices = {folder}
swift_dir = {folder}
recon_cache_path = {folder}
mount_check = false
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
_PROXY = """\
[DEFAULT]
swift_dir = {folder}
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
[pipeline:main]
pipeline = catch_errors listing_formats s3api tempauth copy slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
user_test_bob = bobsecret
user_other_eve = evesecret .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
"""
# What swift-ring-builder does, in one process instead of nine.
_RINGS = """
import sys
from swift.common.ring import RingBuilder
folder, *kinds = sys.argv[1:]
for kind in kinds:
    name, port = kind.split("=")
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port),
                     "replication_ip": "127.0.0.1", "replication_port": int(port),
                     "device": "d1", "weight": 1, "meta": ""})
    builder.rebalance()
    builder.get_ring().save(f"{folder}/{name}.ring.gz")
"""


class NoSwift(Exception):
    """Why it cannot be had here."""


class Swift(Struct, frozen=True):
    """url: of its S3."""

    url: str

    def client(self, who: tuple[str, str] = TESTER) -> Any:
        import boto3

        return boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id=who[0],
            aws_secret_access_key=who[1],
            region_name=REGION,
        )


@contextmanager
def swift() -> Iterator[Swift]:
    """Raises NoSwift."""
    if not (PROGRAMS / "swift-proxy-server").exists():
        raise NoSwift("Swift is not installed (tests/swift.py says how)")
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="swift", dir=_folder()))
        stack.callback(rmtree, folder, ignore_errors=True)
        (folder / "d1").mkdir()
        (folder / "swift.conf").write_text("[swift-hash]\nswift_hash_path_suffix = tests\n")
        names = {"folder": folder, "user": getpass.getuser()}
        ports = {kind: _port() for kind in ("account", "container", "object")}
        _rings(folder, ports)
        for kind, port in ports.items():
            _start(stack, folder, kind, _SERVER.format(kind=kind, port=port, **names))
        port = _port()
        proxy = _start(stack, folder, "proxy", _PROXY.format(port=port, **names))
        url = f"http://127.0.0.1:{port}"
        _wait(url, proxy, folder)
        yield Swift(url)


def _folder() -> Path:
    for folder in (Path(tempfile.gettempdir()), PROGRAMS.parents[1], Path("/var/tmp")):
        try:
            with tempfile.NamedTemporaryFile(dir=folder) as file:
                os.setxattr(file.name, "user.tests", b"1")
            return folder
        except (OSError, AttributeError):
            """Try the next."""
    raise NoSwift("no folder here has extended attributes")


def _port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _rings(folder: Path, ports: dict[str, int]) -> None:
    script = [PROGRAMS / "python", "-c", _RINGS, folder, *(f"{k}={p}" for k, p in ports.items())]
    made = subprocess.run(script, capture_output=True, text=True, check=False)
    if made.returncode:
        raise NoSwift(f"its rings cannot be made: {made.stderr[-200:]}")


def _start(stack: ExitStack, folder: Path, kind: str, settings: str) -> subprocess.Popen[bytes]:
    path = folder / f"{kind}.conf"
    path.write_text(settings)
    log = stack.enter_context((folder / f"{kind}.log").open("wb"))
    process = subprocess.Popen(
        [PROGRAMS / f"swift-{kind}-server", path], stdin=subprocess.DEVNULL, stdout=log, stderr=log
    )
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def _wait(url: str, proxy: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + GUARD
    while time.monotonic() < deadline and proxy.poll() is None:
        try:
            urllib.request.urlopen(url).close()
            return
        except urllib.error.HTTPError:
            return  # it refuses who does not sign
        except OSError:
            time.sleep(0.1)
    raise NoSwift(f"it does not start: {(folder / 'proxy.log').read_text()[-300:]}")
