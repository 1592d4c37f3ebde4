"""Git without anybody's settings, and trees of files in a few words."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Git = Callable[..., bytes]
    Tree = Callable[..., Path]


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home directory with nothing in it; commands run by a hook would see the hook's repository."""
    place = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith(("GIT_", "XDG_")):
                patch.delenv(name)
        patch.setenv("HOME", str(place))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        yield place


@pytest.fixture(scope="session")
def git(home: Path) -> Git:
    def run(directory: Path, *arguments: object, given: bytes = b"") -> bytes:
        person = ("-c", "user.name=A", "-c", "user.email=a@example.com")
        command = ["git", "-C", str(directory), *person, *map(str, arguments)]
        return subprocess.run(command, input=given, capture_output=True, check=True).stdout

    return run


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Make files below a directory from names and contents; a name that ends in / is a directory."""

    def make(files: dict[str, str | bytes] | str, root: Path = tmp_path) -> Path:
        if isinstance(files, str):
            files = dict.fromkeys(files.split(), "")
        for name, content in files.items():
            path = root / name
            if name.endswith("/"):
                path.mkdir(parents=True, exist_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return make
