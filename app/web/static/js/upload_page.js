/* Handing in files: what is dragged over the field is chosen as if it had been picked. */
const field = document.getElementById("files");
const drop = document.getElementById("drop");
const chosen = document.getElementById("chosen");

function tell() {
  chosen.textContent = [...field.files].map((file) => file.name).join(", ");
}

for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("ng-over"); });
}
for (const name of ["dragleave", "drop"]) {
  drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.remove("ng-over"); });
}
drop.addEventListener("drop", (event) => {
  if (!event.dataTransfer.files.length) return;
  field.files = event.dataTransfer.files;
  tell();
});
field.addEventListener("change", tell);
tell();

/* One point: the device says where it stands, and how well it knows. */
const here = document.getElementById("here");
const { elements } = document.getElementById("point");
here.hidden = !navigator.geolocation;
here.addEventListener("click", () => navigator.geolocation.getCurrentPosition(({ coords }) => {
  elements.lon.value = coords.longitude.toFixed(7);
  elements.lat.value = coords.latitude.toFixed(7);
  elements.metres.value = coords.accuracy.toFixed(1);
  document.getElementById("here-told").textContent = `± ${coords.accuracy.toFixed(1)} m`;
}, () => { document.getElementById("here-told").textContent = here.dataset.failed; }, { enableHighAccuracy: true, timeout: 20000 }));
for (const name of ["lon", "lat"]) elements[name].addEventListener("input", () => { elements.metres.value = ""; });
document.body.dataset.ready = "yes";
