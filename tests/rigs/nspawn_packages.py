"""A tiny package in several versions, for upgrades without a network."""

import hashlib
import subprocess
from pathlib import Path

TINY = "overseer-tiny"


def make_package(folder: Path, version: str) -> Path:
    """A package with nothing but a file that says its version."""
    tree = folder / f"tree-{version}"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "usr/share" / TINY).mkdir(parents=True)
    (tree / "usr/share" / TINY / "version").write_text(f"{version}\n")
    (tree / "DEBIAN/control").write_text(
        f"Package: {TINY}\nVersion: {version}\nArchitecture: all\n"
        "Maintainer: Tests <tests@localhost>\nDescription: something to upgrade\n"
    )
    tree.chmod(0o755)
    file = folder / f"{TINY}_{version}_all.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "--build", str(tree), str(file)],
        stdin=subprocess.DEVNULL, capture_output=True, check=True,
    )  # fmt: skip
    return file


def stanza(file: Path, version: str) -> str:
    """A package's entry in the archive's index."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return (
        f"Package: {TINY}\nVersion: {version}\nArchitecture: all\n"
        f"Filename: ./{file.name}\nSize: {file.stat().st_size}\nSHA256: {digest}\n"
        "Maintainer: Tests <tests@localhost>\nDescription: something to upgrade\n\n"
    )
