"""tools/start serves whether or not the explorer can be had, and says when it cannot."""
import os
import pathlib
import shutil
import subprocess

import pytest

INSTALL = 'echo "install $1" >>log; [ "$1" != explorer ] || exit %d'


def started(folder, explorer_status, is_bundled):
    def program(path, line):
        path = folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{line}\n")
        path.chmod(0o755)

    program("tools/install", INSTALL % explorer_status)
    program("path/make", "echo make >>log")
    program("build/relata", 'echo "$@" >>log')
    shutil.copy("tools/start", folder / "tools/start")
    if is_bundled:
        (folder / "build/explorer-modules").mkdir()
        (folder / "build/explorer-modules/ready").write_text("ready\n")
    done = subprocess.run([folder / "tools/start", "--port", "0"], capture_output=True, text=True, timeout=20,
                          env={"PATH": f"{folder}/path:{os.environ['PATH']}"})
    assert done.returncode == 0, done.stderr
    return (folder / "log").read_text().splitlines(), done.stderr


@pytest.mark.parametrize("explorer_status, is_bundled, installs, says", [
    (0, False, ["build", "explorer"], False),
    (1, False, ["build", "explorer"], True),
    (1, True, ["build"], False)], ids=["npm-can-be-had", "npm-cannot-be-had", "bundled-before"])
def test_the_start_never_fails_for_want_of_npm(tmp_path, explorer_status, is_bundled, installs, says):
    log, told = started(pathlib.Path(tmp_path), explorer_status, is_bundled)
    assert log == [*(f"install {name}" for name in installs), "make", "serve --port 0"]
    assert ("tools/install explorer" in told) == says
