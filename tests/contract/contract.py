"""The contract (OpenAPI 3.1) as the tests read it: which operation an address belongs to, and what its answers must be.

Schemas are judged by python3-jsonschema (JSON Schema 2020-12), straight from the document.
"""
import datetime
import functools
import json
import pathlib
import re
from urllib.parse import parse_qsl, unquote

import openapi
from jsonschema import Draft202012Validator, FormatChecker, RefResolver
from jsonschema.validators import extend

URL_MAX = 8192
METHODS = ["get", "put", "post", "delete", "patch"]

formats = FormatChecker(formats=())


def is_day(text):
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.A)) and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


@formats.checks("date")
def date_valid(text):
    return not isinstance(text, str) or is_day(text)


@formats.checks("date-time")
def date_time_valid(text):
    if not isinstance(text, str):
        return True
    clock = re.fullmatch(r"(.{10})T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", text, re.A)
    return bool(clock) and is_day(clock[1])


@formats.checks("partial-date")
def partial_date_valid(text):
    if not isinstance(text, str):
        return True
    return is_day(text + {4: "-01-01", 7: "-01"}.get(len(text), ""))


@formats.checks("fiscal-years")
def fiscal_years_valid(text):
    return not isinstance(text, str) or bool(re.fullmatch(r"(\d{4}|1976TQ)|(\d{4}|1976TQ|\.\.)/(\d{4}|1976TQ|\.\.)", text, re.A))


@formats.checks("uri-reference")
def uri_reference_valid(text):
    return not isinstance(text, str) or bool(
        re.fullmatch(r"([\w.~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*", text, re.A))


# A date, a date with unspecified digits, a season, an open or unknown end, a qualifier: level 1 as the dataset uses it.
EDTF_DATE = r"(-?\d{2}(\d\d|\dX|XX)|Y-?\d{5,})(-(\d\d|XX)(-(\d\d|XX))?)?[?~%]?"
EDTF = re.compile(rf"{EDTF_DATE}|({EDTF_DATE}|\.\.)?/({EDTF_DATE}|\.\.)?|\[(\.\.)?{EDTF_DATE}(, ?{EDTF_DATE}|\.\.)*(\.\.)?\]", re.A)


@formats.checks("edtf")
def edtf_valid(text):
    return not isinstance(text, str) or bool(EDTF.fullmatch(text))


def unique_keys(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), f"a key stands twice: {keys}"
    return dict(pairs)


def no_constant(text):
    raise AssertionError(f"JSON has no {text}")


def json_strict(body):
    return json.loads(body.decode("utf-8"), object_pairs_hook=unique_keys, parse_constant=no_constant)


@functools.cache
def shipped():
    """The contract in the source tree."""
    return Contract(openapi.load())


@functools.cache
def brief():
    """The same, where the same answers are judged by its schemas elsewhere."""
    return Brief(openapi.load())


class Operation:
    def __init__(self, contract, template, method, item):
        self.id = item["operationId"]
        self.template = template
        self.method = method.upper()
        self.parameters = [contract.resolved(p) for p in item.get("parameters", [])]
        self.responses = {int(status): contract.resolved(r) for status, r in item["responses"].items()}

    def __repr__(self):
        return self.id

    @property
    def path_parameters(self):
        return [p for p in self.parameters if p["in"] == "path"]

    @property
    def query_parameters(self):
        return {p["name"]: p for p in self.parameters if p["in"] == "query"}

    @property
    def is_list(self):
        return "cursor" in self.query_parameters

    @property
    def collection(self):
        """The word behind /v1/, or None."""
        parts = self.template.split("/")
        return parts[2] if parts[1] == "v1" else None


class Contract:
    def __init__(self, document):
        self.document = document
        self.valid = set()
        self.narrow = {}  # kept, so that their parts keep their identity
        resolver = RefResolver.from_schema(document)
        base = extend(Draft202012Validator, {"$ref": self.follow, "items": self.each})
        # The document is what references lead into: the resolver's for old versions, the schema's for new ones.
        self.validator = base(document, resolver=resolver, format_checker=formats)
        self.operations = [Operation(self, template, method, item[method])
                           for template, item in document["paths"].items() for method in METHODS if method in item]
        self.by_id = {operation.id: operation for operation in self.operations}

    def pointer(self, reference):
        assert reference.startswith("#/"), reference
        value = self.document
        for step in reference[2:].split("/"):
            value = value[step.replace("~1", "/").replace("~0", "~")]
        return value

    def resolved(self, value):
        while isinstance(value, dict) and "$ref" in value and len(value) == 1:
            value = self.pointer(value["$ref"])
        return value

    def once(self, key, instance, errors):
        """The ERRORS of INSTANCE. What was valid once is not judged again: records come back in thousands of answers."""
        scalar = isinstance(instance, (str, int, float, type(None)))
        key = (key, type(instance), instance if scalar else json.dumps(instance, sort_keys=True))
        if key in self.valid:
            return
        good = True
        for error in errors:
            good = False
            yield error
        if good:
            self.valid.add(key)

    def follow(self, validator, reference, instance, schema):
        """The keyword `$ref`."""
        yield from self.once(reference, instance, validator.descend(instance, self.pointer(reference)))

    def each(self, validator, items, instance, schema):
        """The keyword `items`."""
        assert "prefixItems" not in schema
        for index, item in enumerate(instance if isinstance(instance, list) else []):
            yield from self.once(id(items), item, validator.descend(item, items, path=index))

    def judge(self, instance, schema, what):
        errors = list(self.validator.evolve(schema=schema).iter_errors(instance))
        told = "\n".join(f"  {'/'.join(map(str, e.absolute_path))}: {e.message[:300]}" for e in errors[:5])
        assert not errors, f"{what} is not what the contract says:\n{told}"

    def accepts(self, instance, schema):
        return self.validator.evolve(schema=schema).is_valid(instance)

    # Addresses

    def operations_at(self, path):
        """The operations of the path that the contract tells most literally."""
        segments = path.split("/")[1:]
        best, found = None, []
        for operation in self.operations:
            steps = operation.template.split("/")[1:]
            if len(steps) != len(segments):
                continue
            literal = [step == unquote(segment) for step, segment in zip(steps, segments)]
            fits = all(same or (step[:1] == "{" and segment) for step, segment, same in zip(steps, segments, literal))
            if fits and (best is None or literal >= best):
                found = found + [operation] if literal == best else [operation]
                best = literal
        return found

    @staticmethod
    def allow(operations):
        methods = [operation.method for operation in operations]
        return set(methods) | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())

    # Answers

    def check(self, method, target, answer):
        """Judges an answer; returns the id of the operation that gave it, or None where none is meant."""
        path, _, query = target.partition("?")
        assert answer.headers.get("access-control-allow-origin") == "*", "every answer may be read by any origin"
        assert answer.headers.get("x-content-type-options") == "nosniff"
        if answer.status >= 400:
            self.check_problem(method, target, answer)
        operations = self.operations_at(path) if len(target) <= URL_MAX else []
        if not operations:
            expected = 414 if len(target) > URL_MAX else 404
            assert answer.status in (expected, 400), f"{method} {target[:200]}: {answer.status}"
            if answer.status == 400:
                assert answer.json is None or answer.json["code"] == "bad-encoding"
            found = self.operations_at(path)
            return found[0].id if found and method == "GET" else None
        allow = self.allow(operations)
        if method not in allow or method == "OPTIONS":
            assert answer.status == (204 if method == "OPTIONS" else 405), f"{method} {target}: {answer.status}"
            assert set(answer.headers["allow"].split(", ")) == allow
            return None
        wanted = "GET" if method == "HEAD" else method
        operation = next(o for o in operations if o.method == wanted)
        self.check_operation(operation, method, target, query, answer)
        return operation.id

    def check_problem(self, method, target, answer):
        what = f"{method} {target[:200]} -> {answer.status}"
        assert answer.headers["content-type"] == "application/problem+json", what
        assert answer.headers["cache-control"] == "no-store", what
        assert "etag" not in answer.headers, what
        if method == "HEAD":
            return
        problem = answer.json
        self.judge(problem, {"$ref": "#/components/schemas/Problem"}, what)
        assert problem["status"] == answer.status, what
        assert problem["type"] == "/problems/" + problem["code"], what

    def check_operation(self, operation, method, target, query, answer):
        what = f"{method} {target[:300]} -> {answer.status}"
        assert answer.status in operation.responses, f"{what} is not documented: {answer.body[:300]}"
        response = operation.responses[answer.status]
        for name, header in response.get("headers", {}).items():
            self.check_header(self.resolved(header), name, answer, what)
        content = response.get("content")
        if not content:
            assert not answer.body and "content-type" not in answer.headers, f"{what} has a body"
            return
        media = answer.headers["content-type"]
        media = media if media in content else media.partition(";")[0]
        assert media in content, f"{what}: {media}"
        if method == "HEAD":
            return
        schema = content[media]["schema"]
        if not media.endswith(("/json", "+json")):
            self.judge(answer.body.decode("latin-1" if schema.get("format") == "binary" or media == "font/woff2" else "utf-8"), schema, what)
            return
        names = [key for name, value in parse_qsl(query) if name == "fields" for key in value.split(",")] if answer.status == 200 else []
        if names and "vnd.relata.table" not in media:
            schema = self.narrowed(schema, names)
        self.judge(answer.json, schema, what)
        if answer.status == 200 and operation.is_list and media == "application/json":
            self.check_list(answer, what)

    def check_header(self, header, name, answer, what):
        text = answer.headers.get(name.lower())
        if text is None:
            assert not header.get("required"), f"{what} lacks the header {name}"
            return
        schema = self.resolved(header["schema"])
        number = schema.get("type") == "integer" and re.fullmatch(r"-?\d+", text)
        self.judge(int(text) if number else text, schema, f"{what}: the header {name}")

    def check_list(self, answer, what):
        """What the body of a list and its headers say of the same things must be the same."""
        meta, links = answer.json["meta"], answer.json["links"]
        assert meta["returned"] == len(answer.json["data"]) <= meta["limit"], what
        assert meta["total"] >= meta["returned"], what
        assert answer.headers["total-count"] == str(meta["total"]), what
        assert answer.headers["dataset-revision"] == str(meta["dataset_revision"]), what
        assert ("dataset-warning" in answer.headers) == bool(meta["warnings"]), what
        told = dict((relation, address) for address, relations in
                    re.findall(r'<([^>]*)>; rel="([^"]*)"', answer.headers["link"]) for relation in relations.split())
        for name, relation in [*((name, name) for name in ("self", "next", "prev", "permalink")), ("csv", "alternate")]:
            assert told.get(relation) == links[name], f"{what}: Link and links differ in {name}"

    # Narrowed records

    def stripped(self, schema, names):
        """SCHEMA where any of the keys of the object itself may be missing; what they hold is as strict as ever. Of several schemas each
        takes null for those NAMES that only others have."""
        schema = self.resolved(schema)
        schema = {key: value for key, value in schema.items() if key != "required"}
        if "allOf" in schema:
            schema["allOf"] = [self.stripped(branch, names) for branch in schema["allOf"]]
        if "oneOf" in schema:
            schema["anyOf"] = [self.widened(self.stripped(branch, names), names) for branch in schema.pop("oneOf")]
        return schema

    def widened(self, schema, names):
        own = {key for branch in [schema, *schema.get("allOf", [])] for key in branch.get("properties", {})}
        return {**schema, "properties": {**schema["properties"], **{name: {"type": "null"} for name in names if name not in own}}}

    def narrowed(self, schema, names):
        """The envelope SCHEMA where every record has the keys NAMES and no others, as `fields=` asks."""
        key = (json.dumps(schema), *names)
        if key not in self.narrow:
            envelope = dict(self.resolved(schema))
            bare = "properties" not in envelope
            if bare:
                envelope = {"properties": {"data": envelope}}
            data = self.resolved(envelope["properties"]["data"])
            is_list = data.get("type") == "array"
            record = self.stripped(data["items"] if is_list else data, names)
            record = {**record, "required": names, "propertyNames": {"enum": names}}
            envelope["properties"] = {**envelope["properties"], "data": {**data, "items": record} if is_list else record}
            self.narrow[key] = envelope["properties"]["data"] if bare else envelope
        return self.narrow[key]


class Brief(Contract):
    """Judges answers by all but the schemas, which takes most of the time: by status, headers, type of content, and what a list says twice."""

    def judge(self, instance, schema, what):
        pass
