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
document.body.dataset.ready = "yes";
