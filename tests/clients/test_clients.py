"""R, JavaScript and TypeScript as the README shows them, and a client whose types are generated from the contract."""
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from service import ROOT

FOLDER = pathlib.Path(os.environ.get("CLIENTS", ROOT / "build/clients"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
USUAL = "http://localhost:8080"
PATIENCE = 300


def blocks(language, server):
    found = [text.replace(USUAL, server.url) for text in re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)]
    assert found, f"the README has nothing in {language}"
    return "\n".join(found)


def run(*command, cwd, text=None):
    done = subprocess.run(list(map(str, command)), input=text, capture_output=True, text=True, timeout=PATIENCE, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def workshop(server, tmp_path_factory):
    """A folder with the packages, and types generated from the contract of the running service."""
    folder = tmp_path_factory.mktemp("clients")
    shutil.copy(FOLDER / "package.json", folder)
    (folder / "node_modules").symlink_to(FOLDER / "node_modules")
    run("node_modules/.bin/openapi-typescript", f"{server.url}/openapi.json", "-o", "contract.ts", cwd=folder)
    return folder


def compiled(folder, name):
    run("node_modules/.bin/tsc", "--strict", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext",
        "--noUncheckedSideEffectImports", "--types", "node", "--skipLibCheck", name, cwd=folder)
    return folder / name.replace(".ts", ".js")


def test_r_as_the_readme_shows_it(server, client, tmp_path):
    script = tmp_path / "readme.R"
    script.write_text(blocks("r", server))
    shown = run("Rscript", "--vanilla", script, cwd=tmp_path)
    assert str(client.ok("/v1/events", era="gwot").total) in shown
    assert client.ok("/v1/cite", url="/v1/events?era=gwot").data["digest"]["value"] in shown


def test_javascript_as_the_readme_shows_it(server, client, tmp_path):
    script = tmp_path / "readme.mjs"
    script.write_text(blocks("javascript", server))
    shown = run("node", script, cwd=tmp_path)
    assert all(event["title"] in shown for event in client.ok("/v1/events", era="gwot", sort="-date_start", limit=5).data)


def test_typescript_as_the_readme_shows_it(server, client, workshop):
    (workshop / "readme.ts").write_text(blocks("typescript", server))
    shown = run("node", compiled(workshop, "readme.ts"), cwd=workshop)
    assert client.ok("/v1/events", era="gwot,cold-war", kind="war").data[0]["title"] in shown


def test_a_typed_client_compiles_and_talks_to_the_service(server, client, workshop):
    shutil.copy(pathlib.Path(__file__).with_name("client.ts"), workshop)
    seen = json.loads(run("node", compiled(workshop, "client.ts"), server.url, cwd=workshop))
    answer = client.ok("/v1/events", era="gwot,cold-war", kind="war,operation", limit=5, sort="-date_start")
    assert seen["titles"] == [event["title"] for event in answer.data] and seen["total"] == answer.total
    assert set(seen["eras"]) <= {"gwot", "cold-war"}
    assert seen["record"] == answer.data[0]["id"]
    assert seen["labels"] == ["Imran Khan", answer.data[0]["title"]] and seen["missing"] == ["never-was-one: unknown"]
    assert seen["problem"] == {"status": 400, "code": "bad-parameter", "culprits": ["limit"]}
    assert seen["actors"] == [record["id"] for record in client.records("/v1/actors")]


@pytest.mark.parametrize("wrong", ['const events: number = (await client.GET("/v1/events")).data!.data;',
                                   'await client.GET("/v1/events", { params: { query: { ear: "gwot" } } });',
                                   'await client.GET("/v1/events", { params: { query: { era: ["no-such-era"] } } });',
                                   'await client.GET("/v1/evnts");'])
def test_types_refuse_what_the_service_would(workshop, wrong):
    (workshop / "wrong.ts").write_text('import createClient from "openapi-fetch";\nimport type { paths } from "./contract.js";\n'
                                       f'const client = createClient<paths>({{ baseUrl: "" }});\n{wrong}\n')
    done = subprocess.run(["node_modules/.bin/tsc", "--strict", "--noEmit", "--target", "es2022", "--module", "nodenext",
                           "--types", "node", "--skipLibCheck", "wrong.ts"], cwd=workshop, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode != 0 and "wrong.ts(4," in done.stdout


def dates(client):
    """Each text in EDTF that is served, with the first and last day that the service makes of it."""
    for record in client.records("/v1/events"):
        yield record["date_edtf"], record["date_start"], record["date_end"]
    for record in client.records("/v1/aid"):
        yield record["period_edtf"] or record["act_edtf"], record["date_start"], record["date_end"]
    for record in client.records("/v1/eras"):
        yield record["span_edtf"], record["date_start"], record["date_end"]


def test_edtf_js_reads_every_date_as_the_service_does(client, workshop):
    told = [(text, start, end) for text, start, end in dates(client) if text]
    shutil.copy(pathlib.Path(__file__).with_name("dates.mjs"), workshop)
    read = json.loads(run("node", "dates.mjs", cwd=workshop, text=json.dumps([text for text, _, _ in told])))
    assert len(told) > 100 and [(text, *days) if isinstance(days, list) else (text, days) for (text, _, _), days in zip(told, read)] == told


def test_edtf_js_reads_every_term_of_office(client, workshop):
    terms = [office["term_edtf"] for actor in client.records("/v1/actors") for office in actor["offices"] if office["term_edtf"]]
    shutil.copy(pathlib.Path(__file__).with_name("dates.mjs"), workshop)
    read = json.loads(run("node", "dates.mjs", cwd=workshop, text=json.dumps(terms)))
    assert terms and [(term, days) for term, days in zip(terms, read) if not isinstance(days, list)] == []
