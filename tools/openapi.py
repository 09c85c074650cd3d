#!/usr/bin/python3
"""Reads api/openapi.yaml and writes out its short forms, so that what is served is plain OpenAPI 3.1.

    x-operators: [not, gt]   on a parameter FIELD: the parameters FIELD__not, FIELD__gt of the same schema
    x-filters: Event         in an operation: the parameters that the `x-filters` at the top of the file name, each with its operators,
                             before the operation's own; `FIELD: [not]` there takes only some operators
    x-changed-filters: true  in an operation: the filters of all collections, each once; where two have one of the same name, of the values of both
    x-list: Event            in a response: a page of EventList in every format (x-changes: of a list without works; x-record: EventEnvelope)
    x-values: {a: [A, What]} a closed list: `enum`, `type` and the end of the description are made of its values, each with a title, a
                             definition and perhaps an example; `x-fields` are the fields of lists that hold them
    x-nullable: Trend        the values of that closed list, or null
    x-keys: [EventKey, ...]  the values of all these lists, each once
    x-included: true         records by the lists of records that there are, or null
    x-counts: [Trend, none]  numbers keyed by the values of a closed list, and by others

Run as a program, it prints the whole contract as YAML (`--json`: as JSON).
"""
import json
import pathlib
import re
import sys

import yaml

SOURCE = pathlib.Path(__file__).resolve().parents[1] / "api/openapi.yaml"


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


class Dumper(yaml.SafeDumper):
    """Texts of several lines stay such, and nothing becomes an alias."""

    def ignore_aliases(self, data):
        return True

    def represent_text(self, text):
        return self.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Dumper.add_representer(str, Dumper.represent_text)

# What an operator makes of the description of its field, `X equals any of these` or `X equals`.
OPERATORS = {
    "not": lambda many, what: f"{what} equals none of these" if many else f"{what} does not equal",
    "all": lambda many, what: f"The record holds all of these ({(what[0].lower() + what[1:]).replace('`', '')})",
    "gt": lambda many, what: f"{what} is greater than",
    "gte": lambda many, what: f"{what} is at least",
    "lt": lambda many, what: f"{what} is less than",
    "lte": lambda many, what: f"{what} is at most",
    "contains": lambda many, what: f"{what} contains, whatever the case and diacritics",
    "startswith": lambda many, what: f"{what} starts with, whatever the case and diacritics",
    "isnull": lambda many, what: f"{what} is null (`true`) or is not null (`false`)",
}


def operator_parameter(field, operator):
    what, _, many = field["description"].partition(" equals")
    if operator == "isnull":
        what = f"`{field['name']}`"
    parameter = {**field, "name": f"{field['name']}__{operator}", "description": OPERATORS[operator](bool(many), what)}
    if operator == "isnull":
        parameter = {key: parameter[key] for key in ("name", "in", "description")} | {"schema": {"type": "boolean"}}
    return parameter


def parameters_expand(parameters):
    """Each field, followed by its operators; and the operators of each field."""
    whole, operators = {}, {}
    for name, parameter in parameters.items():
        operators[name] = parameter.pop("x-operators", [])
        whole[name] = parameter
        whole |= {f"{name}__{operator}": operator_parameter(parameter, operator) for operator in operators[name]}
    return whole, operators


def filters_expand(group, operators):
    for entry in group:
        names = entry if isinstance(entry, dict) else {entry: operators.get(entry, [])}
        for name, chosen in names.items():
            for suffix in ["", *(f"__{operator}" for operator in chosen)]:
                yield {"$ref": f"#/components/parameters/{name}{suffix}"}


def items_of(components, parameter):
    """The schema of the items of a list parameter, without references."""
    schema = parameter["schema"]
    while "$ref" in schema:
        schema = components["schemas"][schema["$ref"].rpartition("/")[2]]
    item = schema.get("items", schema)
    while "$ref" in item:
        item = components["schemas"][item["$ref"].rpartition("/")[2]]
    return schema, item


def parameters_merge(components, same):
    """One parameter for those of one name: its values are the values of all, its ids those of any collection."""
    lists, items = zip(*(items_of(components, parameter) for parameter in same))
    merged = {key: value for key, value in same[0].items() if key != "schema"}
    closed = all("enum" in item for item in items)
    values = dict.fromkeys(value for item in items for value in item["enum"]) if closed else {}
    item = {"type": "string", "enum": list(values)} if values else {"$ref": "#/components/schemas/Id"}
    return merged | {"schema": {key: value for key, value in lists[0].items() if key not in ("items", "x-collection")} | {"items": item}}


def changed_filters_expand(groups, operators, components):
    """The filters of every collection, by name."""
    named = {}
    for group, entries in groups.items():
        for reference in filters_expand(entries, operators) if group != "Change" else []:
            key = reference["$ref"].rpartition("/")[2]
            named.setdefault(components["parameters"][key]["name"], {})[key] = components["parameters"][key]
    for name, same in named.items():
        schemas = {json.dumps(parameter["schema"], sort_keys=True) for parameter in same.values()}
        key = next(iter(same)) if len(schemas) == 1 else f"changed.{name}"
        if len(schemas) > 1:
            components["parameters"][key] = parameters_merge(components, list(same.values()))
        yield {"$ref": f"#/components/parameters/{key}"}


def schema(name):
    return {"schema": {"$ref": f"#/components/schemas/{name}"}}


def content(envelope, item, works, workbook):
    """One answer in every format."""
    media = {
        "application/json": schema(envelope),
        "application/vnd.relata.array+json": {"schema": {"type": "array", "items": schema(item)["schema"]}},
        "application/x-ndjson": schema("Lines"),
        "text/csv": schema("Csv"),
        "application/vnd.relata.table+json": schema("TableResource"),
    }
    if workbook:
        media["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"] = {"schema": {"type": "string", "format": "binary"}}
    if works:
        media |= {
            "application/x-bibtex": schema("Bibtex"),
            "application/x-research-info-systems": schema("Ris"),
            "application/vnd.citationstyles.csl+json": {"schema": {"type": "array", "items": schema("Csl")["schema"]}},
        }
    return media


RESPONSES = {
    "x-list": lambda name: content(f"{name}List", name, True, True),
    "x-changes": lambda name: content(f"{name}List", name, False, True),
    "x-record": lambda name: content(f"{name}Envelope", name, True, False) | {"application/ld+json": schema("RecordLinked")},
}


def response_expand(response):
    for short, made in RESPONSES.items():
        if short in response:
            response["content"] = made(response.pop(short)) | response.pop("content", {})
            listed = ["Total-Count", "Dataset-Revision"] if short != "x-record" else []
            names = ["ETag", "Cache-Control", "Vary", "Last-Modified", "Link", "Content-Disposition", *listed]
            headers = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
            response["headers"] = headers | response.pop("headers", {})
    return {key: response[key] for key in sorted(response, key=["description", "headers", "content"].index)} \
        if "content" in response and set(response) <= {"description", "headers", "content"} else response


def closed_list_expand(schema):
    """The form of a closed list in which it is served; the first paragraph of the description is the contract's own."""
    entries = schema.pop("x-values")
    values = [dict(zip(("value", "title", "definition", "example"), (value, *entry))) for value, entry in entries.items()]
    lines = [f"- `{each['value']}`: {each['definition']}" for each in values]
    schema |= {"description": "\n".join([schema["description"], "", *lines]), "type": "string", "enum": list(entries), "x-values": values, "x-fields": []}


def nullable_expand(schema, plain):
    schema |= {"type": ["string", "null"], "enum": [*plain["enum"], None]}


def nodes(value):
    """Every object in a document."""
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(child)


def closed_lists_expand(schemas):
    for schema in [each for each in schemas.values() if "x-values" in each]:
        closed_list_expand(schema)
    for schema in [each for each in schemas.values() if "x-nullable" in each]:
        nullable_expand(schema, schemas[schema.pop("x-nullable")])
    for schema in [each for each in nodes(schemas) if "x-counts" in each]:
        keys = [key for name in schema.pop("x-counts") for key in schemas.get(name, {"enum": [name]})["enum"]]
        counts = {key: {"type": "integer", "minimum": 1} for key in keys}
        schema |= {"type": "object", "additionalProperties": False, "properties": counts}


def keys_expand(schemas):
    for schema in [each for each in schemas.values() if "x-keys" in each]:
        keys = dict.fromkeys(key for name in schema.pop("x-keys") for key in schemas[name]["enum"])
        schema |= {"type": "string", "enum": list(keys)}


def fields_walk(schemas, schema, place):
    """The closed lists that a schema leads to, by name, each with the place where it stands, such as `events.actors.role`."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        schema = schemas[name]
        if "enum" in schema:
            yield name.removeprefix("Nullable"), place
    for part in schema.get("allOf", []):
        yield from fields_walk(schemas, part, place)
    for key, value in schema.get("properties", {}).items():
        yield from fields_walk(schemas, value, f"{place}.{key}")
    if "items" in schema:
        yield from fields_walk(schemas, schema["items"], place)


def lists_of(paths):
    """The schemas of the items of lists, by the name of the list in its address."""
    for path, item in paths.items():
        response = item.get("get", {}).get("responses", {}).get("200", {})
        item = response.get("x-list") or response.get("x-changes")
        if item and "{" not in path:
            yield path.removeprefix("/v1/"), item


def closed_lists_place(document):
    schemas = document["components"]["schemas"]
    for name, item in lists_of(document["paths"]):
        for values, place in fields_walk(schemas, schemas[item], name):
            fields = schemas[values].get("x-fields", [place])
            if place not in fields:
                fields.append(place)


def included_expand(document):
    """What may be embedded: records of each list that has records of its own."""
    records = {path.removeprefix("/v1/"): item["get"]["responses"]["200"]["x-list"] for path, item in document["paths"].items()
               if "x-list" in item.get("get", {}).get("responses", {}).get("200", {})}
    for schema in [each for each in document["components"]["schemas"].values() if each.pop("x-included", False)]:
        lists = {name: {"type": "array", "items": {"$ref": f"#/components/schemas/{record}"}} for name, record in records.items()}
        schema |= {"type": ["object", "null"], "additionalProperties": False, "properties": lists}


def expand(document):
    groups = document.pop("x-filters")
    closed_lists_expand(document["components"]["schemas"])
    keys_expand(document["components"]["schemas"])
    closed_lists_place(document)
    included_expand(document)
    components = document["components"]
    components["parameters"], operators = parameters_expand(components["parameters"])
    for item in document["paths"].values():
        for operation in item.values():
            filters = operation.pop("x-filters", None)
            if operation.pop("x-changed-filters", False):
                operation["parameters"] = [*changed_filters_expand(groups, operators, components), *operation["parameters"]]
            if filters:
                operation["parameters"] = [*filters_expand(groups[filters], operators), *operation["parameters"]]
            operation["responses"] = {status: response_expand(response) for status, response in operation["responses"].items()}
    return document


def load(path=SOURCE):
    """The whole contract, as it is served."""
    return expand(yaml.load(path.read_text(), Loader))


def as_yaml(document):
    return yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=140)


def as_json(document):
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    print(as_json(load()) if "--json" in sys.argv[1:] else as_yaml(load()), end="")
