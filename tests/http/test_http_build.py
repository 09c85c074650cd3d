"""The program as it is built: what makes an error in it hard to use by others."""
import os
import pathlib
import platform
import re
import subprocess

import pytest

RELATA = pathlib.Path(os.environ.get("RELATA", "build/relata"))

pytestmark = pytest.mark.skipif(RELATA != pathlib.Path("build/relata"), reason="a variant for tests is not hardened")


def told(*flags):
    return subprocess.run(["readelf", "--wide", *flags, RELATA], capture_output=True, text=True, check=True).stdout


def test_it_may_stand_at_any_address():
    assert re.search(r"Type:\s+DYN", told("--file-header"))
    assert "(FLAGS_1)" in told("--dynamic") and "PIE" in told("--dynamic")


def test_its_tables_are_read_only_once_it_runs():
    assert "GNU_RELRO" in told("--program-headers")
    assert "NOW" in told("--dynamic")


def test_its_stack_runs_no_code_and_no_segment_is_both_written_and_run():
    headers = told("--program-headers")
    assert re.search(r"GNU_STACK.* RW ", headers)
    assert not re.search(r"(LOAD|GNU_STACK).* RWE ", headers)


def test_it_guards_its_stack_and_its_buffers():
    symbols = told("--dyn-syms")
    assert "__stack_chk_fail" in symbols
    assert {"__memcpy_chk", "__snprintf_chk", "__vsnprintf_chk"} & set(re.findall(r"__\w+_chk", symbols))


@pytest.mark.skipif(platform.machine() != "x86_64", reason="an instruction of x86")
def test_what_is_called_through_a_pointer_says_so():
    code = subprocess.run(["objdump", "--disassemble=app_handle", RELATA], capture_output=True, text=True, check=True).stdout
    assert re.search(r"<app_handle>:\n\s+[0-9a-f]+:.*endbr64", code)
