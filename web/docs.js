// Shows the contract of the very service that sent this page; asks nobody else.

// What people ask for first; then the other parameters, then the operators of fields.
const FIRST = ["id", "url", "era", "kind", "actor", "date", "q", "by", "group_by", "sort", "limit", "format"];

function place(parameter) {
  const first = FIRST.indexOf(parameter.name);
  if (parameter.in === "path") return -1;
  return first >= 0 ? first : FIRST.length + (parameter.name.includes("__") ? 1 : 0);
}

// A default that stands in a field would be sent, and an answer with `limit` or `sort` is another than one without.
function withoutDefault(parameter) {
  const { default: usual, ...schema } = parameter.schema ?? {};
  if (usual === undefined) return parameter;
  return { ...parameter, schema, description: `${parameter.description ?? ""} (without it: \`${usual}\`)` };
}

function resolved(contract, parameter) {
  return parameter.$ref ? contract.components.parameters[parameter.$ref.split("/").pop()] : parameter;
}

function shown(contract, version) {
  for (const path of Object.values(contract.paths))
    for (const operation of Object.values(path))
      operation.parameters = (operation.parameters ?? []).map((each) => withoutDefault(resolved(contract, each)))
        .sort((a, b) => place(a) - place(b));
  contract.info.version = version;
  return contract;
}

async function get(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

if (!window.SwaggerUIBundle)
  document.querySelector("#docs").innerHTML =
    'This program was built without the renderer of this page. The contract itself is at <a href="openapi.yaml">openapi.yaml</a>.';
else Promise.all([get("openapi.json"), get("./")]).then(([contract, index]) => SwaggerUIBundle({
  spec: shown(contract, index.data.version),
  dom_id: "#docs",
  deepLinking: true,
  displayOperationId: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  filter: true,
  validatorUrl: null,
}), (fault) => {
  document.querySelector("#docs").textContent = `The contract cannot be read: ${fault.message}`;
});
