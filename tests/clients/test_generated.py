"""Every operation read by clients that are generated from the contract: types by openapi-typescript, code and judgement by
@hey-api/openapi-ts with zod. Nothing is written by hand for an operation, so that none is forgotten."""
import json
import re
import shutil

import pytest

from test_clients import FOLDER, compiled, run

CONFIG = """export default {
  input: "contract.json", output: { path: "generated", module: { extension: ".js" } },
  plugins: ["@hey-api/typescript", "@hey-api/client-fetch", "zod", { name: "@hey-api/sdk", validator: "zod" }],
};
"""


def json_media(operation):
    return [media for media in operation.responses[200].get("content", {}) if media.endswith("json")]


def path_of(client, operation):
    """Values for the parameters in the path of OPERATION."""
    found = {}
    for parameter in operation.path_parameters:
        collection = client.contract.resolved(parameter["schema"]).get("x-collection")
        found[parameter["name"]] = client.ok(f"/v1/{collection}", limit=1).ids[0] if collection else parameter["example"]
    return found


def queries(contract, operation):
    """What to ask: as little as may be, and with everything that makes the answer larger, each list with all its values."""
    known = operation.query_parameters
    least = {name: each["example"] for name, each in known.items() if each.get("required")}
    whole = dict(least)
    for name in ("include", "facet", "group_by"):
        if name in known:
            schema = contract.resolved(known[name]["schema"])
            whole[name] = contract.resolved(schema["items"])["enum"][:schema.get("maxItems", 99)]
    if "limit" in known:
        whole["limit"] = 500
    return [least, whole] if whole != least else [least]


def options(path, query):
    return {name: given for name, given in (("path", path), ("query", query)) if given}


@pytest.fixture(scope="module")
def asked(client):
    """(operation, path, query) of all operations that answer in JSON."""
    contract = client.contract
    return [(operation, path_of(client, operation), query) for operation in contract.operations
            if operation.method == "GET" and json_media(operation) for query in queries(contract, operation)]


@pytest.fixture(scope="module")
def workshop(server, client, tmp_path_factory):
    folder = tmp_path_factory.mktemp("generated")
    shutil.copy(FOLDER / "package.json", folder)
    (folder / "node_modules").symlink_to(FOLDER / "node_modules")
    (folder / "contract.json").write_bytes(client.ok("/openapi.json").body)
    return folder


def test_openapi_fetch_reads_every_operation(server, workshop, asked):
    """Strict and without a cast: the envelope's `data` of every operation is there, also where lists have several values."""
    run("node_modules/.bin/openapi-typescript", "contract.json", "-o", "contract.ts", cwd=workshop)
    lines = ['import createClient from "openapi-fetch";', 'import type { paths } from "./contract.js";',
             'const client = createClient<paths, "application/json" | "application/problem+json">({ baseUrl: process.argv[2] });',
             "const seen: string[] = [];"]
    for operation, path, query in asked:
        init = json.dumps({"params": options(path, query)})
        lines += [f'{{ const {{ data, error }} = await client.GET("{operation.template}", {init});',
                  f'  if (error) throw new Error("{operation.id}: " + JSON.stringify(error));',
                  f'  seen.push("{operation.id}:" + Object.keys(data).length); }}']
    lines.append("console.log(JSON.stringify(seen));")
    (workshop / "every.ts").write_text("\n".join(lines))
    seen = json.loads(run("node", compiled(workshop, "every.ts"), server.url, cwd=workshop))
    assert [line.partition(":")[0] for line in seen] == [operation.id for operation, _, _ in asked]


def test_zod_takes_every_answer(server, workshop, asked):
    """What the generated schemas refuse, the generated client throws."""
    (workshop / "openapi-ts.config.mjs").write_text(CONFIG)
    run("node_modules/.bin/openapi-ts", "-f", "openapi-ts.config.mjs", cwd=workshop)
    lines = ['import * as api from "./generated/sdk.gen.js";', 'import { client } from "./generated/client.gen.js";',
             "client.setConfig({ baseUrl: process.argv[2] });", "const seen: string[] = [];"]
    for operation, path, query in asked:
        given = json.dumps({**options(path, query), "throwOnError": True})
        lines.append(f'await api.{operation.id}({given}).then((answer) => seen.push("{operation.id}:" + answer.response.status),\n'
                     f'  (fault: unknown) => {{ throw new Error("{operation.id}: " + String(fault)); }});')
    lines.append("console.log(JSON.stringify(seen));")
    (workshop / "judged.ts").write_text("\n".join(lines))
    seen = json.loads(run("node", compiled(workshop, "judged.ts"), server.url, cwd=workshop))
    assert seen == [f"{operation.id}:200" for operation, _, _ in asked]


def test_zod_refuses_what_the_contract_does_not_tell(workshop, client):
    """The schemas judge: an answer with another era, and one whose null may not be, are refused."""
    event = client.ok("/v1/events", limit=1).data[0]
    (workshop / "wrong.ts").write_text(
        'import { zEvent } from "./generated/zod.gen.js";\n'
        f"const event = {json.dumps(event)};\n"
        'console.log(JSON.stringify([event, { ...event, era: null }, { ...event, era: "none" }, { ...event, title: null }]'
        ".map((each) => zEvent.safeParse(each).success)));\n")
    assert json.loads(run("node", compiled(workshop, "wrong.ts"), cwd=workshop)) == [True, True, False, False]


def test_kinds_of_the_timeline_are_known(workshop):
    """The keys of counts are those of the closed lists, not any text."""
    text = (workshop / "contract.ts").read_text()
    assert re.search(r"kinds: \{\s*agreement\?: number", text)
    # Nothing is an object without members, but `meta` of what has none to tell.
    assert not re.findall(r"(?<!meta: )Record<string, never>", text[text.index("export interface components"):text.index("export type $defs")])
