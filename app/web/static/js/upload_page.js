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

/* One point, or photos: the device says where it stands, and how well it knows. */
for (const here of document.querySelectorAll(".ng-here-button")) {
  const { elements } = here.form;
  const told = here.form.querySelector(".ng-here-told");
  here.hidden = !navigator.geolocation;
  here.addEventListener("click", () => navigator.geolocation.getCurrentPosition(({ coords }) => {
    elements.lon.value = coords.longitude.toFixed(7);
    elements.lat.value = coords.latitude.toFixed(7);
    if (elements.metres) elements.metres.value = coords.accuracy.toFixed(1);
    told.textContent = `± ${coords.accuracy.toFixed(1)} m`;
  }, () => { told.textContent = here.dataset.failed; }, { enableHighAccuracy: true, timeout: 20000 }));
  for (const name of ["lon", "lat"]) elements[name].addEventListener("input", () => { if (elements.metres) elements.metres.value = ""; });
}
document.body.dataset.ready = "yes";
