"""nginx with the files of ``deploy/``, on ports of this test and with stock buffers."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench import free_port

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
MAIN = """
worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log info;
events {{ worker_connections 1024; }}
http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{sites} }}
"""


def site(name: str, upstreams: Sequence[str], port: int, forwarded: str = "$remote_addr") -> str:
    """A file of ``deploy/`` that listens on ``port`` without TLS and leads to these upstreams (``host:port``)."""
    text = (DEPLOY / name).read_text()
    text = re.sub(r"server \{\n    listen 80;.*?\n\}\n", "", text, count=1, flags=re.DOTALL)
    text = re.sub(r"listen 443 ssl;", f"listen 127.0.0.1:{port};", text)
    text = re.sub(r"listen \[::\]:443 ssl;", f"listen [::1]:{port};", text)
    text = re.sub(r"\s+ssl_certificate.*", "", text)
    servers = re.findall(r"server [\d.]+:8000([^;]*);", text)
    options = servers[0]
    listed = "".join(f"server {upstream}{options};" for upstream in upstreams)
    text = re.sub(r"(server [\d.]+:8000[^;]*;\s*)+", listed, text, count=1)
    text = text.replace("X-Forwarded-For $remote_addr", f"X-Forwarded-For {forwarded}")
    # Names of upstreams are unique in a configuration.
    return re.sub(r"\bfoyer\b(?=[ ;])", f"foyer{port}", text)


@contextlib.contextmanager
def nginx(folder: Path, *sites: str) -> Iterator[Path]:
    """Run it; gives the file of its errors."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "nginx.conf"
    config.write_text(MAIN.format(folder=folder, sites="\n".join(sites)))
    ports = [int(port) for port in re.findall(r"listen 127\.0\.0\.1:(\d+);", config.read_text())]
    process = subprocess.Popen(
        ["nginx", "-p", str(folder), "-c", str(config), "-e", str(folder / "error.log")]
    )
    try:
        for port in ports:
            _wait_for(port, process)
        yield folder / "error.log"
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise AssertionError("nginx does not start")


__all__ = ["DEPLOY", "free_port", "nginx", "site"]
