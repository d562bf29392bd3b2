/* The description of the addresses, drawn by Swagger UI from our own /openapi.json; nothing is asked of any other host. */
const place = document.getElementById("description");
window.SwaggerUIBundle({
  url: place.dataset.spec,
  domNode: place,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  supportedSubmitMethods: ["get"],
  presets: [window.SwaggerUIBundle.presets.apis],
});
