"""A program whose contract says something else than its code refuses to start, and names what.

The contract stands in the program as JSON. An edited one, not longer, is put in its place in a copy of the binary.
"""
import copy
import json

import pytest

from service import BINARY, TOOL, relata

pytestmark = pytest.mark.skipif(TOOL != BINARY, reason="a command is tried as the program that commands are")


class Variants:
    def __init__(self, client, folder):
        self.text = client.ok("/openapi.json").body
        self.document = client.ok("/openapi.json").json
        self.program = BINARY.read_bytes()
        assert self.program.count(self.text) == 1, "the program holds its contract as plain JSON"
        self.folder = folder

    def run(self, edit, *command):
        """Runs COMMAND by a program whose contract EDIT has changed."""
        document = copy.deepcopy(self.document)
        document["info"]["description"] = "Room for what is added."
        edit(document)
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        assert len(text) <= len(self.text), "the edit takes more room than the description gave"
        path = self.folder / "relata"
        path.unlink(missing_ok=True)
        path.write_bytes(self.program.replace(self.text, text.ljust(len(self.text))))
        path.chmod(0o755)
        return relata(*command, binary=path, cwd=self.folder)


@pytest.fixture(scope="module")
def variants(client, tmp_path_factory):
    return Variants(client, tmp_path_factory.mktemp("variants"))


def test_an_edit_that_changes_no_meaning_is_taken(variants):
    def edit(document):
        document["paths"]["/healthz"]["get"]["summary"] = "Alive?"

    assert variants.run(edit, "routes").returncode == 0


def add_path(document):
    document["paths"]["/v1/nowhere"] = {"get": {"operationId": "getNowhere", "responses": {"200": {"description": "x"}}}}


def add_method(document):
    document["paths"]["/v1/eras"]["post"] = {"operationId": "createEra", "responses": {"200": {"description": "x"}}}


def drop_path(document):
    del document["paths"]["/readyz"]


def rename_operation(document):
    document["paths"]["/v1/eras/{id}"]["get"]["operationId"] = "getAge"


def add_parameter(document):
    document["paths"]["/v1/eras"]["get"]["parameters"].append(
        {"name": "colour", "in": "query", "description": "x", "schema": {"type": "string", "maxLength": 9}})


def add_operator(document):
    document["paths"]["/v1/eras"]["get"]["parameters"].append(
        {"name": "position__contains", "in": "query", "description": "x", "schema": {"type": "string", "maxLength": 9}})


def drop_operator(document):
    parameters = document["paths"]["/v1/eras"]["get"]["parameters"]
    parameters.remove({"$ref": "#/components/parameters/position__gte"})


def drop_operator_of_an_aggregate(document):
    parameters = document["paths"]["/v1/timeline"]["get"]["parameters"]
    parameters.remove({"$ref": "#/components/parameters/era__isnull"})


def add_value(name, value):
    def edit(document):
        document["components"]["parameters"][name]["schema"]["items"]["enum"].append(value)

    return edit


def values_of(document, path, name):
    """The closed list of values that the parameter NAME of a path has."""
    for parameter in document["paths"][path]["get"]["parameters"]:
        parameter = resolved(document, parameter)
        if parameter["name"] == name:
            schema = resolved(document, parameter["schema"])
            return resolved(document, schema.get("items", schema))["enum"]
    raise LookupError(name)


def resolved(document, value):
    while "$ref" in value:
        place, value = value["$ref"].split("/")[1:], document
        for name in place:
            value = value[name]
    return value


def add_closed(path, name, value):
    return lambda document: values_of(document, path, name).append(value)


def drop_closed(name, value):
    """Takes a value out of the closed list of every operation that has the parameter."""
    def edit(document):
        for path, item in document["paths"].items():
            names = {resolved(document, each)["name"] for each in item["get"].get("parameters", [])}
            if name in names and value in values_of(document, path, name):
                values_of(document, path, name).remove(value)

    return edit


def add_listed(schema, value):
    return lambda document: document["components"]["schemas"][schema]["enum"].append(value)


def drop_listed(schema, value):
    return lambda document: document["components"]["schemas"][schema]["enum"].remove(value)


def drop_parameter(path, name):
    def edit(document):
        parameters = document["paths"][path]["get"]["parameters"]
        parameters[:] = [each for each in parameters if resolved(document, each)["name"] != name]

    return edit


def close_a_list(document):
    document["components"]["parameters"]["q"]["schema"]["enum"] = ["one"]


def add_argument(operation, path):
    """Moves an operation to a path that names a record."""
    def edit(document):
        old = next(each for each, item in document["paths"].items() if item["get"]["operationId"] == operation)
        document["paths"][path] = document["paths"].pop(old)

    return edit


def drop_key(document):
    document["components"]["schemas"]["EraKey"]["enum"].remove("links")


def add_key(document):
    document["components"]["schemas"]["EraKey"]["enum"].append("colour")


def break_reference(document):
    document["paths"]["/v1/eras"]["get"]["parameters"].append({"$ref": "#/components/parameters/none"})


def unknown_keyword(document):
    document["components"]["schemas"]["Era"]["dependentSchemas"] = {}


def unknown_format(document):
    document["components"]["schemas"]["Edtf"]["format"] = "edtf-9"


def bad_pattern(document):
    document["components"]["schemas"]["Id"]["pattern"] = "^(["


DRIFT = {
    "a path without a handler": (add_path, ["getNowhere", "/v1/nowhere"]),
    "a method without a handler": (add_method, ["createEra"]),
    "a handler without a path": (drop_path, ["getReadiness"]),
    "an operation that was renamed": (rename_operation, ["getAge"]),
    "a parameter without a meaning": (add_parameter, ["listEras", "colour"]),
    "an operator that the field has not": (add_operator, ["listEras", "position__contains"]),
    "an operator that the contract lacks": (drop_operator, ["listEras", "position__gte"]),
    "an operator that the timeline lacks": (drop_operator_of_an_aggregate, ["getTimeline", "era__isnull"]),
    "a key to sort by that is no field": (add_value("eras.sort", "colour"), ["listEras", "colour"]),
    "a facet that is no field": (add_value("eras.facet", "colour"), ["listEras", "colour"]),
    "neighbours that are no collection": (add_value("eras.include", "colour"), ["listEras", "colour"]),
    "a key of a record that 'fields' lacks": (drop_key, ["Era", "links"]),
    "a key that no record has": (add_key, ["Era", "colour"]),
    "a format that no row makes": (add_closed("/v1/events", "format", "yaml"), ["format", "yaml"]),
    "a format that the contract lacks": (drop_closed("format", "ris"), ["format", "ris"]),
    "a division of time without a row": (add_closed("/v1/timeline", "by", "month"), ["getTimeline", "month"]),
    "a division of another operation": (add_closed("/v1/timeline", "by", "fiscal_year"), ["getTimeline", "fiscal_year"]),
    "a key of totals without a row": (add_closed("/v1/aid/totals", "group_by", "agency"), ["getAidTotals", "agency"]),
    "a key of totals that the contract lacks": (drop_closed("group_by", "donor"), ["group_by", "donor"]),
    "prices without a row": (add_closed("/v1/aid", "dollars", "real"), ["dollars", "real"]),
    "a stage without a row": (add_closed("/v1/aid", "stage", "pledged"), ["stage", "pledged"]),
    "a kind of relation without a row": (add_listed("AidRelationType", "repeats"), ["AidRelationType", "repeats"]),
    "a kind of relation that the contract lacks": (drop_listed("AidRelationType", "overlaps"), ["AidRelationType", "overlaps"]),
    "a category without a row": (add_listed("Category", "food"), ["Category", "food"]),
    "a qualifier without a row": (add_listed("Qualifier", "roughly"), ["Qualifier", "roughly"]),
    "a list that is closed in the contract alone": (close_a_list, ["'q'", "closed list"]),
    "a parameter that no operation has": (drop_parameter("/v1/cite", "url"), ["url"]),
    "a path argument without a meaning": (add_argument("getTimeline", "/v1/eras/{id}/timeline"),
                                          ["getTimeline", "/v1/eras/{id}/timeline"]),
    "a path with two arguments": (add_argument("getEra", "/v1/eras/{id}/of/{theme}"), ["getEra", "/v1/eras/{id}/of/{theme}"]),
    "a record's path that names none": (add_argument("getEra", "/v1/era"), ["getEra", "/v1/era"]),
    "a reference that leads nowhere": (break_reference, ["/paths/~1v1~1eras/get/parameters/"]),
    "a keyword that the program does not judge": (unknown_keyword, ["dependentSchemas"]),
    "a format that the program does not know": (unknown_format, ["edtf-9"]),
    "a pattern that cannot be read": (bad_pattern, ["pattern"]),
}


@pytest.mark.parametrize("drift", DRIFT)
@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["routes"]], ids=lambda command: command[0])
def test_drift_stops_the_program_with_its_name(variants, drift, command):
    edit, names = DRIFT[drift]
    done = variants.run(edit, *command)
    assert done.returncode == 1, done.stderr
    assert done.stdout == "" and "listening" not in done.stderr
    assert "api/openapi.yaml" in done.stderr
    for name in names:
        assert name in done.stderr, done.stderr
    assert list(variants.folder.iterdir()) == [variants.folder / "relata"], "nothing was made before the contract was proved"
