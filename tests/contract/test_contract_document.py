"""The contract as a document: valid, whole, and the same that the program has read."""
import json
import re

import pytest
from jsonschema import Draft202012Validator

from service import relata


def nodes(value, pointer=""):
    """Every object in the document with its JSON pointer."""
    if isinstance(value, dict):
        yield pointer, value
        for key, child in value.items():
            yield from nodes(child, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from nodes(child, f"{pointer}/{number}")


def test_it_is_openapi_3_1_with_what_that_requires(document):
    assert re.fullmatch(r"3\.1\.\d", document["openapi"])
    assert {"title", "version", "license"} <= set(document["info"])
    assert set(document) <= {"openapi", "info", "servers", "tags", "paths", "components", "security"}
    for path, item in document["paths"].items():
        assert path.startswith("/") and (path == "/" or not path.endswith("/")), path
        assert set(item) <= {"get", "put", "post", "delete", "patch", "parameters", "summary", "description"}, path


def test_every_reference_leads_somewhere(contract, document):
    references = [node["$ref"] for _, node in nodes(document) if isinstance(node.get("$ref"), str)]
    assert len(references) > 100
    for reference in references:
        contract.pointer(reference)


def test_every_component_is_used(document):
    references = {node["$ref"] for _, node in nodes(document) if isinstance(node.get("$ref"), str)}
    # The shapes that editors write are for the files of the dataset.
    written = re.compile(r"#/components/schemas/\w+Write")
    components = [f"#/components/{kind}/{name}" for kind, all_of in document["components"].items() for name in all_of]
    assert [c for c in components if c not in references and not written.fullmatch(c)] == []


def test_operation_ids_and_summaries(contract, document):
    ids = [operation.id for operation in contract.operations]
    assert len(ids) == len(set(ids))
    tags = {tag["name"] for tag in document["tags"]}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation.get("summary"), f"{method} {path}"
            assert operation.get("tags") and set(operation["tags"]) <= tags, f"{method} {path}"
            assert operation["responses"], f"{method} {path}"


def test_every_schema_is_json_schema_2020_12(document):
    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        for pointer, node in nodes(schema):
            if isinstance(node.get("pattern"), str):
                re.compile(node["pattern"])
    for pointer, node in nodes(document["paths"]):
        if isinstance(node.get("schema"), dict):
            Draft202012Validator.check_schema(node["schema"])


def test_parameters_say_what_they_are(contract):
    for operation in contract.operations:
        seen = [(p["in"], p["name"]) for p in operation.parameters]
        assert len(seen) == len(set(seen)), operation.id
        in_template = set(re.findall(r"{(\w+)}", operation.template))
        assert in_template == {p["name"] for p in operation.path_parameters}, operation.id
        for parameter in operation.parameters:
            what = f"{operation.id} {parameter['name']}"
            schema = contract.resolved(parameter.get("schema"))
            assert parameter["in"] in ("path", "query"), what
            assert parameter.get("description"), what
            assert schema and (schema.get("type") in ("string", "integer", "boolean", "array") or "enum" in schema), what
            assert parameter["in"] == "query" or parameter.get("required") is True, what
            if schema.get("type") == "array":
                # A gateway that judges requests takes repetition, too, where the contract tells commas, but not the other way.
                assert parameter.get("style") == "form" and parameter.get("explode") is False, what
                assert schema["minItems"] >= 1, what
            if schema.get("type") == "integer":
                assert {"minimum", "maximum"} <= set(schema), what
            if schema.get("type") == "string" and parameter["in"] == "query":
                assert {"maxLength", "format", "enum"} & set(schema), f"{what} has no bound"


def test_responses_say_what_they_are(contract):
    for operation in contract.operations:
        for status, response in operation.responses.items():
            what = f"{operation.id} {status}"
            assert response.get("description"), what
            assert ("content" in response) == (status not in (204, 303, 304)), what
            if status >= 400:
                assert list(response["content"]) == ["application/problem+json"], what
            for name, header in response.get("headers", {}).items():
                header = contract.resolved(header)
                assert header.get("description") and header.get("schema"), f"{what} {name}"


def test_every_example_is_valid(contract, document):
    checked = 0
    for pointer, node in nodes(document):
        if "/example" in pointer:
            continue
        schema = node.get("schema") if "schema" in node and ("example" in node or "examples" in node) else node
        examples = list(node["examples"] if isinstance(node.get("examples"), list) else
                        [each["value"] for each in node.get("examples", {}).values()]
                        if isinstance(node.get("examples"), dict) and "schema" in node else [])
        examples += [node["example"]] if "example" in node else []
        for example in examples:
            contract.judge(example, schema, f"the example at #{pointer}")
            checked += 1
    assert checked >= 4


def test_closed_lists_that_allow_null_have_the_same_values(contract, document):
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        plain = schemas.get(name.removeprefix("Nullable"), {})
        if name.startswith("Nullable") and "enum" in schema:
            assert schema["enum"] == [*plain["enum"], None], name


def test_closed_lists_tell_their_type(document):
    """Generators take the type of an enum from `type` alone: a null among the values is not enough."""
    for pointer, node in nodes(document):
        if isinstance(node.get("enum"), list) and "/example" not in pointer and not pointer.endswith("/properties"):
            types = {"string" if isinstance(value, str) else "null" if value is None else "integer" for value in node["enum"]}
            told = node.get("type")
            assert set(told if isinstance(told, list) else [told]) == types, pointer


# Lists of keys and of parts of addresses have no titles, nor has what a table or a problem says of itself.
UNTITLED = re.compile(r"/(\w+Key|Id/not|AidMeta/properties/dollars|TableResource/.*|ProblemError/.*)")


def test_closed_lists_have_titles_and_definitions(document):
    for pointer, node in nodes(document["components"]["schemas"]):
        if isinstance(node.get("enum"), list) and not UNTITLED.fullmatch(pointer) and None not in node["enum"]:
            assert [each["value"] for each in node["x-values"]] == node["enum"], pointer
            titles = [each["title"] for each in node["x-values"]]
            assert len(set(titles)) == len(titles) and all(titles), pointer
            for each in node["x-values"]:
                assert set(each) - {"example"} == {"value", "title", "definition"} and each["definition"], pointer
                assert each["definition"] in node["description"], pointer


def test_the_vocabulary_is_that_of_the_contract(client, document):
    told = {each["name"]: each for each in client.ok("/v1/vocabulary").data}
    lists = {re.sub("(?<=.)(?=[A-Z])", "_", name).lower(): schema
             for name, schema in document["components"]["schemas"].items() if "x-values" in schema}
    assert list(told) == list(lists)
    for name, schema in lists.items():
        values = [{"example": None, **each, "position": place} for place, each in enumerate(schema["x-values"], 1)]
        assert told[name]["values"] == values
        assert told[name]["description"] == schema["description"].split("\n\n")[0]
    assert told["event_kind"]["fields"] == ["events.kind"]
    assert told["role"]["fields"] == ["events.actors.role"]
    assert told["side"]["fields"] == ["events.sides", "actors.side"]


def test_counts_are_keyed_by_the_closed_lists(document):
    schemas = document["components"]["schemas"]
    bucket = schemas["Timeline"]["properties"]["data"]["items"]["properties"]
    assert list(bucket["kinds"]["properties"]) == schemas["EventKind"]["enum"]
    assert list(bucket["trends"]["properties"]) == [*schemas["Trend"]["enum"], "none"]
    assert list(bucket["natures"]["properties"]) == [*schemas["Nature"]["enum"], "none"]


@pytest.fixture(scope="module")
def routes():
    done = relata("routes")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_program_prints_the_operations_of_the_document(contract, routes):
    def told(operations):
        return sorted((id, method, path, sorted(parameters)) for id, method, path, parameters in operations)

    ours = told((o.id, o.method, o.template, [(p["in"], p["name"]) for p in o.parameters]) for o in contract.operations)
    theirs = told((o["operationId"], o["method"], o["path"], [(p["in"], p["name"]) for p in o["parameters"]]) for o in routes)
    assert theirs == ours


def test_the_service_hands_out_the_document(client, document):
    assert client.ok("/openapi.json").json == document
    yaml_answer = client.ok("/openapi.yaml")
    assert yaml_answer.headers["content-type"] == "application/yaml"
    assert yaml_answer.body.startswith(b"openapi: 3.1.")


def test_the_index_leads_to_every_path_without_a_parameter(client, contract):
    links = client.ok("/").json["links"]
    for address in links.values():
        assert client.contract.operations_at(address), address
    plain = {o.template for o in contract.operations if "{" not in o.template and o.method == "GET"}
    assert set(links.values()) == plain
