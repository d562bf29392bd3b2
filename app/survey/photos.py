"""Photos of a batch: made safe while the batch is compared, held against what they show, kept with the batch, gone with its undo.

A picture is decoded by the process that does the job, which has limits on memory and time, and once: applying finds it made already.
"""
import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.network.queries.codes import find_of_kind
from app.services.queries.areas import find_community, keep_inside
from app.survey.apply_batch import Batch
from app.survey.findings import ERROR, INFO, WARNING, Finding, SourceReport
from app.survey.limits import limits
from app.survey.offsets import distances_m
from app.survey.pictures import Picture, make_picture
from app.survey.plans import PLANS
from app.survey.readers.pictures import FOLDER, MOST_PHOTOS, Album, PictureFile
from app.survey.readers.source import SourceFault

SAID = "said.json"
# What a photo may show where only a code is said, the likeliest first.
SHOWN_KINDS = ("structure", "equipment", "site", "building", "room", "rack", "section", "segment", "cable")
_ADD = text("""
INSERT INTO photo (region_id, batch_id, no, file, sha256, format, byte_count, taken_at, geom, content, preview)
SELECT :region, :batch, coalesce(max(no), 0) + 1, :file, :sha256, :format, :bytes, :taken_at,
  ST_SetSRID(ST_MakePoint(CAST(:lon AS float8), CAST(:lat AS float8)), 4490), :content, :preview
FROM photo WHERE region_id = :region AND batch_id = :batch RETURNING no""")
_MADE = text("""
SELECT no, taken_at, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM photo
WHERE region_id = :region AND batch_id = :batch AND sha256 = :sha256 AND file = :file""")
_HELD = text("""
SELECT p.batch_id FROM photo p WHERE p.region_id = :region AND p.sha256 = :sha256 AND p.batch_id <> :batch AND p.thing_id IS NOT NULL
  AND p.kind = :kind AND p.thing_id = :thing LIMIT 1""")
_KEEP = text("""
UPDATE photo SET subject = :subject, kind = :kind, thing_id = :thing, taken_at = :taken_at, surveyor = :surveyor,
  geom = ST_SetSRID(ST_MakePoint(CAST(:lon AS float8), CAST(:lat AS float8)), 4490)
WHERE region_id = :region AND batch_id = :batch AND no = :no""")
_DROP = text("DELETE FROM photo WHERE region_id = :region AND batch_id = :batch AND NOT (no = ANY (:kept))")
_STANDS = {
    "structure": "SELECT ST_X(geom), ST_Y(geom) FROM structure WHERE region_id = :region AND id = :id",
    "equipment": "SELECT ST_X(s.geom), ST_Y(s.geom) FROM equipment e JOIN structure s ON s.region_id = :region AND s.id = e.structure_id"
    " WHERE e.region_id = :region AND e.id = :id",
}
_LATER = timedelta(days=1)


@dataclass(frozen=True)
class Said:
    """What is said about photos that were handed in for themselves; a camera's own word on place and time comes first."""

    code: str | None = None
    lon: float | None = None
    lat: float | None = None
    taken_at: str | None = None


@dataclass
class Photo:
    """A photo of this run; ``no`` is None where nothing of it is kept, ``thing`` what it shows (kind, key)."""

    report: SourceReport
    no: int | None = None
    taken_at: datetime | None = None
    place: tuple[float, float] | None = None
    code: str | None = None
    row: tuple[int, int] | None = None
    subject: str | None = None
    thing: tuple[str, int] | None = None
    sha256: str = ""


def write_said(folder: Path, said: Said) -> None:
    """Keep beside the photos of a batch what is said about them."""
    (folder / FOLDER / SAID).write_text(json.dumps(asdict(said)), encoding="utf-8")


def take_photos(engine, region: int, batch_id: int | None, album: Album) -> list[Photo]:
    """The photos that were handed in for themselves or that a row names, made safe and kept with the batch, where there is one."""
    wanted, photos = album.wanted(), []
    for number, picture in enumerate(wanted):
        photo = Photo(SourceReport(picture.file, picture.member, rows_read=1), row=album.named.get(picture))
        photos.append(photo)
        if number >= MOST_PHOTOS:
            _refuse(photo, "FILES_MANY", f"{len(wanted)} photos", f"at most {MOST_PHOTOS} in a batch", "hand them in in parts")
            continue
        try:
            _take(engine, region, batch_id, picture, photo)
        except SourceFault as fault:
            photo.report.findings.append(fault.finding)
    unnamed = sum(1 for picture in album.pictures if picture not in set(wanted))
    if unnamed:
        told = Finding("FILE_SKIPPED", INFO, found=f"{unnamed} pictures that no row names", next_step="skipped")
        photos.append(Photo(SourceReport("photos", findings=[told])))
    return photos


def _take(engine, region: int, batch_id: int | None, picture: PictureFile, photo: Photo) -> None:
    content = picture.read()
    photo.sha256 = hashlib.sha256(content).hexdigest()
    given = {"region": region, "batch": batch_id, "sha256": photo.sha256, "file": Path(picture.name).name}
    with Session(engine) as session, session.begin():
        made = session.execute(_MADE, given).one_or_none() if batch_id is not None else None
        if made:
            photo.no, photo.taken_at = made.no, made.taken_at
            photo.place = None if made.lon is None else (made.lon, made.lat)
        else:
            told = make_picture(content)
            photo.taken_at, photo.place = told.taken_at, told.place
            if batch_id is not None:
                photo.no = _add(session, given, told)
    if photo.taken_at is not None and photo.taken_at > datetime.now(UTC) + _LATER:
        photo.taken_at = None
    if picture.is_alone:
        _listen(photo, Path(picture.file).with_name(SAID))


def _add(session: Session, given: dict, told: Picture) -> int:
    lon, lat = told.place or (None, None)
    return session.execute(_ADD, given | {
        "format": told.format, "bytes": len(told.content), "taken_at": told.taken_at, "lon": lon, "lat": lat,
        "content": told.content, "preview": told.preview,
    }).scalar_one()  # fmt: skip


def _listen(photo: Photo, path: Path) -> None:
    """Take what was said where the camera said nothing."""
    said = Said(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else Said()
    photo.code = said.code
    photo.taken_at = photo.taken_at or (datetime.fromisoformat(said.taken_at) if said.taken_at else None)
    if photo.place is None and said.lon is not None and said.lat is not None:
        photo.place = said.lon, said.lat


def settle_photos(batch: Batch, photos: list[Photo]) -> None:
    """Find what each photo shows, tell what is wrong with it, and count it; after the layers have been applied."""
    for photo in photos:
        if photo.report.rows_read and not photo.report.has_errors:
            _settle(batch, photo)
        if photo.report.has_errors:
            photo.report.refused = 1


def _settle(batch: Batch, photo: Photo) -> None:
    if not _find_thing(batch, photo) or not _is_inside(batch, photo):
        return
    if photo.thing is None and photo.subject is None and photo.place is None:
        _refuse(photo, "PHOTO_PLACE", "neither a place nor a thing", "where it was taken, or what it shows",
                "hand it in with a place or with the code of what it shows")
        return
    _tell_doubts(batch, photo)
    if photo.thing and batch.session.execute(_HELD, {
        "region": batch.region, "batch": batch.batch, "sha256": photo.sha256, "kind": photo.thing[0], "thing": photo.thing[1],
    }).scalar():  # fmt: skip
        photo.report.findings.append(Finding("I3", INFO, subject=photo.subject, found="this photo is there", next_step="nothing to do"))
        photo.report.unchanged = 1
    else:
        photo.report.applied = 1


def _find_thing(batch: Batch, photo: Photo) -> bool:
    """Whether what the photo shows is known or need not be; the finding tells where not."""
    if photo.row:
        return _find_row(batch, photo)
    if not photo.code:
        return True
    photo.subject = photo.code
    try:
        hits = find_of_kind(batch.session, batch.region, photo.code, *SHOWN_KINDS)
    except NotFoundError:
        _refuse(photo, "PHOTO_THING", photo.code, "the code of a thing in these files or in the network",
                "correct the code, or mend the row that brings it")
        return False
    hit = min(hits, key=lambda one: SHOWN_KINDS.index(one.kind))
    photo.subject, photo.thing = hit.code, (hit.kind, hit.id)
    return True


def _find_row(batch: Batch, photo: Photo) -> bool:
    """Follow the row that names the photo to its thing; a photo of a refused row is refused with it."""
    for layer, plan in PLANS.items():
        if layer in batch.filled:
            row = batch.session.execute(
                text(f"SELECT id, full_key, bad FROM r_{layer} WHERE source_no = :source AND row_no = :row ORDER BY bad LIMIT 1"),
                dict(zip(("source", "row"), photo.row, strict=True)),
            ).one_or_none()
            if row is not None:
                photo.subject, photo.thing = row.full_key, (plan.kind, row.id)
                if row.bad:
                    _refuse(photo, "PHOTO_ROW", f"row {photo.row[1]} is refused", "a row without errors", "mend the row that names it")
                return not row.bad
    photo.subject = f"#{photo.row[1]}"
    return True


def _is_inside(batch: Batch, photo: Photo) -> bool:
    """Whether thing and place lie in the person's area (I41)."""
    if batch.grids is None:
        return True
    outside = photo.thing is not None and not keep_inside(batch.session, batch.region, batch.grids, [photo.thing])
    if photo.place is not None and not outside:
        try:
            outside = find_community(batch.session, batch.region, *photo.place, batch.grids) is None
        except NotFoundError:
            outside = True
    if outside:
        photo.thing = None
        _refuse(photo, "I41", "outside your area", "a place in your area", "leave the photo to those who work there")
    return not outside


def _tell_doubts(batch: Batch, photo: Photo) -> None:
    if photo.taken_at is None and batch.survey.surveyed_on is None:
        photo.report.findings.append(
            Finding("PHOTO_TIME", WARNING, subject=photo.subject, found="no time", expected="when it was taken", next_step="kept without")
        )
    stands = _STANDS.get(photo.thing[0]) if photo.thing and photo.place else None
    known = batch.session.execute(text(stands), {"region": batch.region, "id": photo.thing[1]}).one_or_none() if stands else None
    if known is not None:
        metres = float(distances_m(numpy.array([photo.place]), numpy.array([tuple(known)]))[0])
        if metres > limits()["photo_far_m"]:
            photo.report.findings.append(Finding(
                "PHOTO_FAR", WARNING, subject=photo.subject, found=f"taken {metres:.0f} m away",
                expected=f"at most {limits()['photo_far_m']:.0f} m", next_step="see whether it shows this"))


def _refuse(photo: Photo, rule: str, found: str, expected: str, next_step: str) -> None:
    photo.report.findings.append(Finding(rule, ERROR, subject=photo.subject or photo.code, found=found, expected=expected,
                                         next_step=next_step))  # fmt: skip


def keep_photos(session: Session, region: int, batch_id: int, photos: list[Photo], surveyor: str, is_applied: bool) -> None:
    """Keep of a batch the photos with which nothing is wrong; with what they show once it is applied. The others go."""
    kept = [photo for photo in photos if photo.no is not None and not photo.report.has_errors]
    if is_applied:
        kept = [photo for photo in kept if photo.report.applied]
    for photo in kept:
        lon, lat = photo.place or (None, None)
        kind, thing = photo.thing if photo.thing and is_applied else (None, None)
        session.execute(_KEEP, {
            "region": region, "batch": batch_id, "no": photo.no, "subject": photo.subject, "kind": kind, "thing": thing,
            "taken_at": photo.taken_at, "surveyor": surveyor, "lon": lon, "lat": lat,
        })  # fmt: skip
    session.execute(_DROP, {"region": region, "batch": batch_id, "kept": [photo.no for photo in kept]})


def drop_photos(session: Session, region: int, batch_id: int) -> None:
    """Take the photos of a batch away."""
    session.execute(_DROP, {"region": region, "batch": batch_id, "kept": []})


def has_photos(session: Session, region: int, batch_id: int) -> bool:
    """Whether a batch has any photo."""
    given = {"region": region, "batch": batch_id}
    return session.execute(text("SELECT EXISTS (SELECT FROM photo WHERE region_id = :region AND batch_id = :batch)"), given).scalar_one()
