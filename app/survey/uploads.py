"""Files that come through the page: kept under names that we make, each known by its content."""
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from app.access.areas import EVERYWHERE, Area
from app.core.errors import InputError
from app.survey.batches import add_file, open_batch, sha256
from app.survey.declaration import Declaration
from app.survey.jobs import batch_folder
from app.survey.photos import Said, write_said
from app.survey.readers.files import known_suffixes
from app.survey.readers.pictures import FOLDER, SUFFIXES

LARGEST_UPLOAD = 512 << 20
# Photos from a phone: a form has no more than it needs.
LARGEST_PHOTOS = 256 << 20
MOST_FILES = 50
_PLAIN = re.compile(r"[^\w.()\-]+")
LONGEST_NAME = 80


@dataclass(frozen=True)
class Upload:
    name: str
    content: BinaryIO


def receive_files(session: Session, region: int, uploads: Iterable[Upload], actor: str, survey: Declaration, crs: str | None,
                  valid_rows_only: bool, folder: Path, said: Said | None = None, area: Area = EVERYWHERE) -> int:
    """The number of the batch that the files make.

    Parameters
    ----------
    said
        What is said about the photos among the files.
    area
        Of whoever hands them in; the batch keeps to it.

    Raises
    ------
    InputError
        ``FILES_MISSING``, ``FILES_MANY``, ``FILE_KIND``.
    """
    uploads = [upload for upload in uploads if upload.name]
    if not uploads:
        raise InputError("FILES_MISSING", "no file was chosen", next_step="choose at least one file")
    if len(uploads) > MOST_FILES:
        raise InputError("FILES_MANY", "too many files at once", found=str(len(uploads)), expected=f"at most {MOST_FILES}",
                         next_step="put them into one zip, or send them in parts")
    known = known_suffixes() | set(SUFFIXES)
    for upload in uploads:
        suffix = Path(upload.name).suffix.lower()
        if suffix not in known:
            raise InputError("FILE_KIND", "this kind of file is not read", subject=upload.name, found=suffix or upload.name,
                             expected=", ".join(sorted(known)), next_step="save the survey in one of these formats")
    batch_id = open_batch(session, region, actor, survey, crs, valid_rows_only, area)
    place = batch_folder(folder, region, batch_id)
    place.mkdir(parents=True, mode=0o700)
    if any(_is_photo(upload) for upload in uploads):
        (place / FOLDER).mkdir(mode=0o700)
        write_said(place, said or Said())
    for number, upload in enumerate(uploads, 1):
        _keep(session, (region, batch_id), place, upload, number)
    return batch_id


def _is_photo(upload: Upload) -> bool:
    return Path(upload.name).suffix.lower() in SUFFIXES


def _keep(session: Session, batch: tuple[int, int], place: Path, upload: Upload, number: int) -> None:
    path = place / plain_name(upload.name)
    if _is_photo(upload):
        # Phones call every photo image.jpg.
        path = place / FOLDER / path.name
        path = path.with_stem(f"{path.stem}-{number}") if path.exists() else path
    with path.open("wb") as file:
        while block := upload.content.read(1 << 20):
            file.write(block)
    given = {"name": path.name, "sha256": sha256(path), "bytes": path.stat().st_size}
    add_file(session, *batch, given, 0, str(path.relative_to(place.parents[2])))


def plain_name(name: str) -> str:
    """A file's own name without a path and without signs that mean something to a system; never hidden."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, suffix = _PLAIN.sub("_", last).lstrip(".").rpartition(".")
    return f"{(stem or 'file')[:LONGEST_NAME]}{dot}{suffix.lower()}"
