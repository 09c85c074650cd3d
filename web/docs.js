// Shows the contract of the very service that sent this page; asks nobody else.
if (!window.SwaggerUIBundle)
  document.querySelector("#docs").innerHTML =
    'This program was built without the renderer of this page. The contract itself is at <a href="openapi.yaml">openapi.yaml</a>.';
else SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  displayOperationId: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  filter: true,
  validatorUrl: null,
});
