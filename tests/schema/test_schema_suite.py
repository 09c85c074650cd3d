"""The JSON Schema subset of server/schema/json_schema.c judges as the official test suite and python3-jsonschema do.

Run with /usr/bin/python3 -m pytest tests/schema; RELATA_JUDGE names the program built from judge.c.
"""
import functools
import json
import os
import pathlib
import re
import subprocess

import openapi
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, _utils, validators
from jsonschema.exceptions import ValidationError

ROOT = pathlib.Path(__file__).parents[2]
JUDGE = os.environ.get("RELATA_JUDGE", str(ROOT / "build" / "judge"))
SUITES = pathlib.Path("/usr/share/json-schema-test-suite/tests")
SUITE = SUITES / "draft7"


def effort(examples):
    return settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))


class Judge:
    """The judge, kept running; asking with the document of the time before compiles nothing anew."""

    def __init__(self):
        self.process = subprocess.Popen([JUDGE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        encoding="utf-8")
        self.document = None

    def ask(self, document, instance, pointer=""):
        request = {"instance": instance, "pointer": pointer}
        if document is not self.document:
            request["schema"] = self.document = document
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().rstrip("\n")
        assert answer, "the judge ended"
        return answer

    def close(self):
        self.process.stdin.close()
        assert self.process.wait() == 0


@pytest.fixture(scope="module")
def judge():
    judge = Judge()
    yield judge
    judge.close()


# --- The official test suite, draft 7: the newest that Debian has

KEYWORD = "the keyword is not in the subset"
ITEMS = "items is an array of schemas, which 2020-12 calls prefixItems, and that is not in the subset"
REMOTE = "$ref leads out of the document, or $id gives it a base: a document stands alone"
INTEGER = "Jansson reads no integer of more than 64 bits, and the request is refused before any schema"
FORMAT = "formats are the caller's to know; the judge takes them as annotations"

# What the subset leaves out: a file, or a group of one, and why.
EXCLUDED = {
    ("additionalItems.json", "additionalItems as schema"): ITEMS,
    ("additionalItems.json", "items is schema, no additionalItems"): KEYWORD,
    ("additionalItems.json", "array of items with no additionalItems"): ITEMS,
    ("additionalItems.json", "additionalItems as false without items"): KEYWORD,
    ("additionalItems.json", "additionalItems are allowed by default"): ITEMS,
    ("additionalProperties.json", "additionalProperties being false does not allow other properties"): KEYWORD,
    ("additionalProperties.json", "non-ASCII pattern with additionalProperties"): KEYWORD,
    ("contains.json", None): KEYWORD,
    ("definitions.json", None): REMOTE,
    ("dependencies.json", None): KEYWORD,
    ("if-then-else.json", None): KEYWORD,
    ("items.json", "an array of schemas for items"): ITEMS,
    ("items.json", "items with boolean schemas"): ITEMS,
    ("multipleOf.json", None): KEYWORD,
    ("optional/bignum.json", "integer"): INTEGER,
    ("optional/bignum.json", "number"): INTEGER,
    ("optional/bignum.json", "string"): INTEGER,
    ("optional/bignum.json", "integer comparison"): INTEGER,
    ("optional/content.json", "validation of string-encoded content based on media type"):
        "contentMediaType is an annotation in 2020-12",
    ("optional/content.json", "validation of binary string-encoding"): KEYWORD,
    ("optional/content.json", "validation of binary-encoded media type documents"): KEYWORD,
    ("optional/ecmascript-regex.json", None): FORMAT,
    **{(f"optional/format/{file.name}", None): FORMAT for file in sorted(SUITE.glob("optional/format/*.json"))},
    ("patternProperties.json", None): KEYWORD,
    ("properties.json", "properties, patternProperties, additionalProperties interaction"): KEYWORD,
    ("propertyNames.json", None): KEYWORD,
    ("ref.json", "relative pointer ref to array"): ITEMS,
    ("ref.json", "escaped pointer ref"): "the targets stand beside the keywords, as unknown ones themselves",
    ("ref.json", "ref overrides any sibling keywords"): "in 2020-12 the keywords beside $ref count",
    ("ref.json", "remote ref, containing refs itself"): REMOTE,
    ("ref.json", "Recursive references between schemas"): REMOTE,
    ("refRemote.json", None): REMOTE,
}


def as_2020_12(schema):
    """Calls "definitions" what 2020-12 calls it."""
    if isinstance(schema, list):
        return [as_2020_12(member) for member in schema]
    if not isinstance(schema, dict):
        return schema
    return {"$defs" if name == "definitions" else name:
            value.replace("/definitions/", "/$defs/") if name == "$ref" and isinstance(value, str)
            else as_2020_12(value)
            for name, value in schema.items()}


def suite_groups():
    for file in sorted(SUITE.rglob("*.json")):
        name = str(file.relative_to(SUITE))
        for group in json.loads(file.read_text(encoding="utf-8")):
            yield pytest.param(name, group, id=f"{name}: {group['description']}")


def disagreements(judge, group):
    schema = as_2020_12(group["schema"])
    for test in group["tests"]:
        answer = judge.ask(schema, test["data"])
        if answer != ("valid" if test["valid"] else "invalid"):
            yield f"{test['description']}: {answer}"


@pytest.mark.parametrize("file, group", suite_groups())
def test_suite(judge, file, group):
    excluded = (file, None) in EXCLUDED or (file, group["description"]) in EXCLUDED
    found = list(disagreements(judge, group))
    if excluded:
        assert found, "the exclusion is not needed"
    else:
        assert not found


def test_every_exclusion_names_something():
    groups = {(file, group["description"]) for file, group in (param.values for param in suite_groups())}
    names = groups | {(file, None) for file, _ in groups}
    assert not [key for key in EXCLUDED if key not in names]


def test_there_is_no_newer_suite():
    assert not [suite.name for suite in SUITES.iterdir() if suite.name not in ("draft3", "draft4", "draft6", "draft7")]


# --- python3-jsonschema, with the keywords put right in which it is not what 2020-12 says

SPACE = "\\t\\n\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"


@functools.lru_cache(None)
def ecma_pattern(pattern):
    """In Python "$" allows a line end after it, and \\d, \\w and \\s have other members than in ECMA-262."""
    in_class = False
    result = ""
    for token in re.findall(r"\\.|.", pattern, re.S):
        assert not (in_class and token in ("\\s", "\\S")), "not translated"
        if token in ("\\s", "\\S"):
            token = ("[" if token == "\\s" else "[^") + SPACE + "]"
        elif token == "$" and not in_class:
            token = "\\Z"
        elif token in "[]":
            in_class = token == "["
        result += token
    return re.compile(result, re.ASCII)


def keyword_pattern(validator, pattern, instance, schema):
    if isinstance(instance, str) and not ecma_pattern(pattern).search(instance):
        yield ValidationError("pattern")


def keyword_enum(validator, values, instance, schema):
    """The package takes [true] for [1]."""
    if not any(_utils.equal(value, instance) for value in values):
        yield ValidationError("enum")


def keyword_unique(validator, unique, instance, schema):
    """The package misses equal items that it does not sort next to each other."""
    if unique and isinstance(instance, list) and any(
            _utils.equal(a, b) for i, a in enumerate(instance) for b in instance[:i]):
        yield ValidationError("uniqueItems")


Validator = validators.extend(Draft202012Validator, {
    "pattern": keyword_pattern, "enum": keyword_enum, "uniqueItems": keyword_unique})


def verdict(validator, instance):
    return "valid" if validator.is_valid(instance) else "invalid"


# --- Mutated records

OPENAPI = openapi.load()
WRITES = sorted(name for name in OPENAPI["components"]["schemas"] if name.endswith("Write"))


def write_pointer(name):
    return f"/components/schemas/{name}"


@functools.lru_cache(None)
def write_validator(name):
    return Validator({"$ref": "#" + write_pointer(name), **OPENAPI})


def load_records():
    """The records of the dataset by the name of their schema: events.json has what EventWrite describes."""
    records = {}
    for file in sorted((ROOT / "db" / "dataset").glob("*.json")):
        content = json.loads(file.read_text(encoding="utf-8"))
        name = file.stem.removesuffix("s").capitalize() + "Write"
        records[name] = content if isinstance(content, list) else [content]
    return records


RECORDS = load_records()
TEXTS = sorted({value for schema in OPENAPI["components"]["schemas"].values()
                for value in schema.get("enum", []) if isinstance(value, str)})
NAMES = sorted({name for schema in OPENAPI["components"]["schemas"].values() for name in schema.get("properties", {})})


# What Jansson reads as an integer.
SMALLEST, LARGEST = -2**63, 2**63 - 1


def scalars():
    return st.one_of(
        st.none(), st.booleans(),
        st.sampled_from([0, 1, -1, 1.0, 0.5, -0.0, 2**53, 2**53 - 1, LARGEST, SMALLEST, 1e300]),
        st.integers(SMALLEST, LARGEST), st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(blacklist_categories=["Cs"]), max_size=8),
        st.sampled_from(TEXTS),
        st.sampled_from(["", "a", "a-b", "a\n", "A", "é", "1\u00a0", "10.1234/x", "10.1234/x\ufeff", "https://a.b/"]))


def values():
    return st.one_of(scalars(), st.lists(scalars(), max_size=3),
                     st.dictionaries(st.sampled_from(NAMES), scalars(), max_size=3))


def containers(value):
    """VALUE and all it has in it that something can be changed in."""
    if isinstance(value, (dict, list)) and value:
        yield value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from containers(member)


def replacement(draw, old):
    if isinstance(old, str) and draw(st.booleans()):
        cut = draw(st.integers(0, len(old)))
        new = draw(st.sampled_from(["\n", " ", "x", "É", "-", "\u2003", "\u0085", ""]))
        return old[:cut] + new + old[cut + draw(st.integers(0, 1)):]
    if isinstance(old, int) and draw(st.booleans()):
        new = draw(st.sampled_from([float(old), old + 0.5, -old, old * 10]))
        return new if SMALLEST <= new <= LARGEST else old
    return draw(values())


def mutate_list(draw, items):
    at = draw(st.integers(0, len(items) - 1))
    kind = draw(st.sampled_from(["replace", "delete", "double", "clear"]))
    if kind == "replace":
        items[at] = replacement(draw, items[at])
    elif kind == "double":
        items.insert(at, json.loads(json.dumps(items[at])))
    elif kind == "delete":
        del items[at]
    else:
        items.clear()


def mutate_object(draw, members):
    name = draw(st.sampled_from(sorted(members)))
    kind = draw(st.sampled_from(["replace", "replace", "delete", "rename", "add"]))
    if kind == "replace":
        members[name] = replacement(draw, members[name])
    elif kind == "delete":
        del members[name]
    else:
        new = draw(st.one_of(st.sampled_from(NAMES), st.sampled_from(["", "x", "a/b", "~"])))
        members[new] = members.pop(name) if kind == "rename" else draw(values())


@st.composite
def mutated_records(draw, name):
    record = json.loads(json.dumps(draw(st.sampled_from(RECORDS[name]))))
    for _ in range(draw(st.integers(1, 3))):
        inside = list(containers(record))
        if not inside:
            break
        target = draw(st.sampled_from(inside))
        (mutate_list if isinstance(target, list) else mutate_object)(draw, target)
    return record


def test_there_are_schemas_of_records():
    assert WRITES
    assert not [name for name in RECORDS if name not in WRITES]


@pytest.mark.parametrize("name", sorted(OPENAPI["components"]["schemas"]))
def test_schema_of_the_contract_is_in_the_subset(judge, name):
    assert judge.ask(OPENAPI, None, write_pointer(name)) in ("valid", "invalid")


@pytest.mark.parametrize("name", [name for name in WRITES if name in RECORDS])
def test_records_are_judged_alike(judge, name):
    for record in RECORDS[name]:
        assert judge.ask(OPENAPI, record, write_pointer(name)) == verdict(write_validator(name), record)


@pytest.mark.parametrize("name", [name for name in WRITES if name in RECORDS])
def test_mutated_records_are_judged_alike(judge, name):
    @effort(1000)
    @given(mutated_records(name))
    def run(record):
        assert judge.ask(OPENAPI, record, write_pointer(name)) == verdict(write_validator(name), record)
    run()


# --- Schemas made up of the whole subset

KEYS = ["a", "b", "c"]
DEFS = 4


def small_values():
    return st.recursive(
        st.sampled_from([None, True, False, 0, 1, 1.0, 2, -1, 0.5, 1.5, "", "a", "ab", "é", "a\n", "😀😀"]),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)),
        max_leaves=6)


def references(level):
    """To a definition further on, so that no value is judged by one schema twice."""
    targets = [f"#/$defs/d{i}" for i in range(level + 1, DEFS)]
    return [st.fixed_dictionaries({"$ref": st.sampled_from(targets)})] if targets else []


def keywords(inner, same):
    """INNER makes schemas for the values inside of a value, SAME for the value itself."""
    kinds = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
    number = st.sampled_from([-1, 0, 0.5, 1, 1.0, 1.5, 2])
    count = st.sampled_from([0, 1, 1.0, 2, 3])
    properties = st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    optional = {
        "type": st.one_of(kinds, st.lists(kinds, min_size=1, max_size=3, unique=True)),
        "enum": st.lists(small_values(), min_size=1, max_size=4), "const": small_values(),
        "properties": properties, "required": st.lists(st.sampled_from(KEYS), max_size=2, unique=True),
        "additionalProperties": inner, "items": inner, "uniqueItems": st.booleans(),
        "pattern": st.sampled_from(["^a", "a$", "^.$", "^[^a]*$", "\\S", "^(a|ab)?$"]),
        "allOf": st.lists(same, min_size=1, max_size=2), "anyOf": st.lists(same, min_size=1, max_size=3),
        "oneOf": st.lists(same, min_size=1, max_size=3), "not": same,
        **{name: count for name in ("minItems", "maxItems", "minLength", "maxLength", "minProperties",
                                    "maxProperties")},
        **{name: number for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")},
    }
    return st.lists(st.sampled_from(sorted(optional)), min_size=1, max_size=4, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: optional[name] for name in names}))


def open_objects(same):
    """Schemas with unevaluatedProperties. What a *schema* for additional or unevaluated properties evaluates the
    package looks for among that schema's own keywords, so there are none of these around here."""
    plain = st.sampled_from([True, {}, {"type": "integer"}, {"type": ["string", "null"]}])
    part = st.one_of(
        same, st.fixed_dictionaries({"properties": st.dictionaries(st.sampled_from(KEYS), plain, max_size=2)}),
        st.fixed_dictionaries({"properties": st.dictionaries(st.sampled_from(KEYS), plain, max_size=2),
                               "required": st.lists(st.sampled_from(KEYS), max_size=1)}),
        st.just({"additionalProperties": True}), st.just({"unevaluatedProperties": False}))
    return st.fixed_dictionaries(
        {"unevaluatedProperties": st.just(False)},
        optional={"properties": st.dictionaries(st.sampled_from(KEYS), plain, max_size=2),
                  "allOf": st.lists(part, min_size=1, max_size=2), "anyOf": st.lists(part, min_size=1, max_size=2),
                  "oneOf": st.lists(part, min_size=1, max_size=2), "not": part})


@st.composite
def documents(draw, make):
    """A schema and its $defs, in which each can refer to those after it."""
    defs = {f"d{level}": draw(make(level)) for level in reversed(range(DEFS))}
    root = draw(make(-1))
    return {**root, "$defs": defs} if isinstance(root, dict) else {"allOf": [root], "$defs": defs}


def any_schemas(level):
    leaf = st.one_of(st.booleans(), *references(level))
    return st.recursive(leaf, lambda inner: keywords(inner, inner), max_leaves=6)


def unevaluated_schemas(level):
    leaf = st.one_of(st.booleans(), st.sampled_from([{"type": "object"}, {"required": ["a"]}]), *references(level))
    return st.recursive(leaf, open_objects, max_leaves=6)


def compare(judge, schema, instances):
    validator = Validator(schema)
    for instance in instances:
        assert judge.ask(schema, instance) == verdict(validator, instance)


@effort(500)
@given(schema=documents(any_schemas), instances=st.lists(small_values(), min_size=1, max_size=6))
def test_made_up_schemas_judge_alike(judge, schema, instances):
    compare(judge, schema, instances)


@effort(500)
@given(schema=documents(unevaluated_schemas),
       instances=st.lists(st.dictionaries(st.sampled_from(KEYS), st.sampled_from([1, "a", None]), max_size=3),
                          min_size=1, max_size=6))
def test_unevaluated_properties_judge_alike(judge, schema, instances):
    compare(judge, schema, instances)


@effort(300)
@given(st.lists(small_values(), max_size=40))
def test_unique_items_of_long_arrays_judge_alike(judge, items):
    compare(judge, {"uniqueItems": True}, [items, items + items[:1]])
