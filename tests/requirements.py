"""What the tests need of the system, browsers above all: ``python -m tests.requirements`` installs it for root, or says what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

FONTS = Path("/usr/share/fonts")
PACKAGES = {
    "chromium": lambda: bool(shutil.which("chromium")),
    "webkit2gtk-driver": lambda: bool(shutil.which("WebKitWebDriver")),
    "nginx-light": lambda: bool(shutil.which("nginx")),
    "openssl": lambda: bool(shutil.which("openssl")),
    "systemd": lambda: bool(shutil.which("systemd-analyze")),
    "redis-server": lambda: bool(shutil.which("redis-server")),
    "xvfb": lambda: bool(shutil.which("Xvfb")),
    "fonts-noto-core": lambda: any(FONTS.rglob("NotoSansArabic*")),
    "fonts-noto-cjk": lambda: any(FONTS.rglob("NotoSansCJK*")),
}


def missing() -> list[str]:
    """Debian's packages that the tests need and this system lacks."""
    return [name for name, is_there in PACKAGES.items() if not is_there()]


def main() -> None:
    """Install as root; otherwise name the packages and fail."""
    wanted = missing()
    if not wanted:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"The tests need: {' '.join(wanted)}\n  sudo apt-get install {' '.join(wanted)}")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], check=True, env=environ, stdout=subprocess.DEVNULL)
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *wanted]
    subprocess.run(install, check=True, env=environ, stdout=subprocess.DEVNULL)
    if still := missing():
        sys.exit(f"installed, and still not found: {' '.join(still)}")


if __name__ == "__main__":
    main()
