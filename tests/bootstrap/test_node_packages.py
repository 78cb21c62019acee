"""What the tests fetch from npm is used only when it is, to the last byte, what the digest says."""

import base64
import hashlib
import io
import tarfile

import pytest

from tests import node_packages
from tests.node_packages import Package, archive, fetch, is_whole, unpacked, why_not

NPM = """#!/bin/sh
case "$*" in *"pack --silent"*"@own/tool@1.0.0") ;; *) echo "odd: $*" >&2; exit 1 ;; esac
{act}
"""


def package_of(content):
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
    return Package(
        name="@own/tool", version="1.0.0", integrity=f"sha512-{digest}", main="dist/x.js"
    )


def tar_of(text):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        member = tarfile.TarInfo("package/dist/x.js")
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text))
    return buffer.getvalue()


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """Makes a Node whose npm does this."""
    monkeypatch.setattr(node_packages, "KEPT", tmp_path / "kept")
    program = tmp_path / "wheel" / "bin" / "node"
    program.parent.mkdir(parents=True)

    def make(act):
        program.write_text(NPM.format(act=act))
        program.chmod(0o755)

    monkeypatch.setattr(node_packages, "node", lambda: program)
    return make


def test_it_is_fetched_and_unpacked(npm, tmp_path):
    content = tar_of(b"run();")
    package = package_of(content)
    (tmp_path / "registry").write_bytes(content)
    npm(f"cp {tmp_path / 'registry'} own-tool-1.0.0.tgz")
    assert "./overseer test fetches it" in why_not(package)
    assert fetch(package) == ""
    assert why_not(package) is None
    assert unpacked(package, tmp_path / "here").read_bytes() == b"run();"


def test_another_one_is_thrown_away(npm, tmp_path):
    (tmp_path / "registry").write_bytes(tar_of(b"steal();"))
    npm(f"cp {tmp_path / 'registry'} own-tool-1.0.0.tgz")
    package = package_of(tar_of(b"run();"))
    assert "as its digest says" in fetch(package)
    assert not archive(package).exists()


def test_one_that_was_changed_later_is_not_used(npm):
    content = tar_of(b"run();")
    package = package_of(content)
    archive(package).parent.mkdir(parents=True)
    archive(package).write_bytes(content)
    assert is_whole(package)
    archive(package).write_bytes(content[:-1])
    assert not is_whole(package)
    assert why_not(package)


def test_why_npm_could_not_is_told(npm):
    npm("echo 'no such host' >&2; exit 7")
    assert fetch(package_of(b"")) == "no such host"
    npm("exit 7")
    assert fetch(package_of(b"")) == "npm ended with status 7"
    npm("true")
    assert fetch(package_of(b"")) == "npm fetched nothing"


def test_without_node_there_is_nothing_to_run_it(monkeypatch):
    monkeypatch.setattr(node_packages, "node", lambda: None)
    assert "Node is not installed" in why_not(package_of(b""))
    assert fetch(package_of(b"")) == "there is no Node"
