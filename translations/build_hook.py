"""What building the package adds: compiled catalogues, templates and static files, inside the package ``portal``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("templates", "static", "translations")
"""They lie beside the package in a checkout, where people work on them, and inside it when it is installed."""


class BuildPy(build_py):
    """setuptools' build, and then the folders that are not Python."""

    def run(self) -> None:
        """Compile the catalogues and copy; an editable install uses the checkout's own folders."""
        super().run()
        if self.editable_mode:
            return
        sys.path.insert(0, str(ROOT))
        from translations import update

        update.compile_all()
        for folder in FOLDERS:
            target = Path(self.build_lib) / "portal" / folder
            ignored = shutil.ignore_patterns("*.py", "*.po", "*.pot", "__pycache__", "README.md")
            shutil.copytree(ROOT / folder, target, dirs_exist_ok=True, ignore=ignored)
