#!/usr/bin/python3
"""Writes a C file that holds the contract (as YAML and as JSON), the migrations and the program's version."""
import json
import pathlib
import re
import sys

import yaml


def c_text(name, text):
    """A string literal, a line of it for each line of the text; json's escapes are also C's where they are ASCII."""
    lines = text.splitlines(keepends=True)
    quoted = (json.dumps(line, ensure_ascii=False).replace("?", "\\?") for line in lines)
    return f"{name} =\n" + "\n".join(quoted) + ";\n"


class Loader(yaml.SafeLoader):
    """YAML 1.2's plain scalars: `yes` and dates are text, and a key may stand once."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        doubles = {key for key in keys if keys.count(key) > 1}
        if doubles:
            raise yaml.YAMLError(f"{node.start_mark}: keys that stand twice: {doubles}")
        return super().construct_mapping(node, deep)


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def main(out):
    root = pathlib.Path(__file__).parent.parent
    contract = (root / "api/openapi.yaml").read_text()
    document = json.dumps(yaml.load(contract, Loader), ensure_ascii=False, separators=(",", ":"))
    migrations = sorted((root / "db/migrations").glob("[0-9]*.sql"))
    numbers = [int(path.name.split("-")[0]) for path in migrations]
    if numbers != list(range(1, len(numbers) + 1)):
        sys.exit(f"db/migrations: the numbers have a gap: {numbers}")
    version = (root / "NEWS.md").read_text().split("## ")[1].split()[0]
    parts = ["// Made by tools/embed.py.\n#include \"embedded.h\"\n",
             c_text("const char embedded_openapi_yaml[]", contract),
             c_text("const char embedded_openapi_json[]", document),
             c_text("const char embedded_version[]", version)]
    parts += [c_text(f"static const char migration_{number}[]", path.read_text())
              for number, path in zip(numbers, migrations)]
    names = ", ".join(f"migration_{number}" for number in numbers)
    parts.append(f"const char *const embedded_migrations[] = {{{names}}};\n")
    parts.append(f"const size_t embedded_migration_count = {len(numbers)};\n")
    pathlib.Path(out).write_text("".join(parts))


if __name__ == "__main__":
    main(sys.argv[1])
