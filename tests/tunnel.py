"""AWS's own host names on loopback: a proxy that tunnels every one of them to a FakeS3 with TLS."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.fakes3 import FakeS3, Script


def certificate(folder: Path, *names: str) -> Path:
    """A file with a key and a certificate for ``names`` that vouches for itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    me = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(me, me, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    secret = key.private_bytes(
        encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "certificate.pem"
    path.write_bytes(secret + made.public_bytes(encoding))
    return path


@contextmanager
def tunnelled(script: Script, certificate: Path) -> Iterator[tuple[FakeS3, str, list[str]]]:
    """The FakeS3, the URL of the proxy, and the hosts it was asked to connect to."""
    hosts: list[str] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ExitStack() as stack:
        fake = FakeS3(script)
        fake.encrypt(context)
        stack.enter_context(fake)
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

        def serve() -> None:
            with suppress(OSError):
                while True:
                    peer, _ = server.accept()
                    threading.Thread(target=connect, args=(peer,), daemon=True).start()

        def connect(peer: socket.socket) -> None:
            head = b""
            while b"\r\n\r\n" not in head:
                head += peer.recv(4096)
            hosts.append(head.split()[1].decode())
            port = int(fake.url.rpartition(":")[2])
            with peer, socket.create_connection(("127.0.0.1", port)) as there:
                peer.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=copy, args=(there, peer), daemon=True)
                back.start()
                copy(peer, there)
                back.join()

        threading.Thread(target=serve, daemon=True).start()
        yield fake, f"http://127.0.0.1:{server.getsockname()[1]}", hosts
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


def copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
