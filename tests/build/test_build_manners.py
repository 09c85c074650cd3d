"""The build as packagers use it: flags are added, files go where they are told, what is missing is named."""
import os
import subprocess

import pytest

from service import BINARY, ROOT

pytestmark = pytest.mark.skipif(BINARY.parent.name != "build", reason="a variant is not installed")


def make(*arguments, **environment):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(["make", "-C", str(ROOT), *arguments], capture_output=True, text=True, env=clean | environment)


def compiled(tmp_path, *arguments, **environment):
    """The command that compiles a file anew, as make would run it."""
    done = make("-n", "--always-make", f"B={tmp_path}", *arguments, f"{tmp_path}/server/base/text.o", **environment)
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.endswith("server/base/text.c")]
    return line.split()


@pytest.mark.parametrize("as_variable", [False, True])
def test_flags_of_a_user_are_added_to_what_the_build_needs(tmp_path, as_variable):
    flags = {"CFLAGS": "-O3 -DMINE", "CPPFLAGS": "-I/mine"}
    words = compiled(tmp_path, **flags) if as_variable else compiled(tmp_path, *(f"{name}={value}" for name, value in flags.items()))
    assert {"-std=gnu17", "-Iserver", "-Wall", "-O3", "-DMINE", "-I/mine"} <= set(words)
    assert words.index("-O3") > words.index("-O2"), "the user has the last word"


@pytest.mark.parametrize("asked, told", [({}, False), ({"WERROR": "1"}, True)])
def test_a_warning_is_an_error_only_where_that_is_asked(tmp_path, asked, told):
    words = compiled(tmp_path, **{"WERROR": ""} | asked)
    assert ("-Werror" in words) is told


def test_what_is_installed_runs_and_goes_again(tmp_path):
    # The program that is tested is not made anew.
    arguments = ["-o", "build/relata", f"DESTDIR={tmp_path}", "PREFIX=/usr"]
    done = make("install", *arguments)
    assert done.returncode == 0, done.stderr
    version = subprocess.run([tmp_path / "usr/bin/relata", "--version"], capture_output=True, text=True, check=True).stdout
    assert version.startswith("relata ")
    assert (tmp_path / "usr/share/doc/relata/README.md").read_bytes() == (ROOT / "README.md").read_bytes()
    assert make("uninstall", *arguments).returncode == 0
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("target, group", [("able", "build"), ("able-to-test", "test")])
def test_a_machine_that_lacks_something_is_told_how_to_get_it(tmp_path, target, group):
    done = make(f"B={tmp_path}", "PYTHON=false", f"{tmp_path}/{target}")
    assert done.returncode != 0
    assert f"`tools/install {group}` installs it" in done.stderr
    assert f"[{group}]" in (ROOT / "tools/packages").read_text()
    assert not (tmp_path / target).exists()
