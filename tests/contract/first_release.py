"""The first published release as a folder of its own: a dataset that nothing came before."""
import json
import os

from service import DATASET, ROOT

FIRST_RELEASE = ROOT / "build/first-release"


def write():
    first = json.loads((DATASET / "history/0001.json").read_text())
    FIRST_RELEASE.mkdir(parents=True, exist_ok=True)
    for name, content in [*first["put"].items(), ("release", first["release"])]:
        # Several processes may do this at one time, with the same result.
        part = FIRST_RELEASE / f"{name}.{os.getpid()}"
        part.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
        part.replace(FIRST_RELEASE / f"{name}.json")


write()
