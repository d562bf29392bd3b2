"""Pictures made safe: decoded within bounds, turned upright, written anew; of their EXIF time and place alone are kept. Pure."""

import io
import math
import struct
import warnings
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from PIL import ExifTags, Image, ImageOps

from app.engineering.quarters import SHANGHAI
from app.survey.findings import ERROR, Finding
from app.survey.readers.pictures import LARGEST_BYTES
from app.survey.readers.source import SourceFault

FORMATS = {"JPEG": "jpeg", "PNG": "png", "WEBP": "webp"}
MOST_PIXELS = 100_000_000
# The longer side of what is kept, and of the preview, in pixels.
LONGEST, PREVIEW = 2048, 320
QUALITY = 82
_DAMAGE = (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, OverflowError, struct.error, zlib.error)
_STAMP = "%Y:%m:%d %H:%M:%S"
_AGAIN = "hand in the photo as the camera wrote it"


@dataclass(frozen=True)
class Picture:
    """A photo as it is kept.

    Attributes
    ----------
    format
        In which it was handed in: ``jpeg``, ``png`` or ``webp``.
    taken_at, place
        What the camera said: UTC; longitude and latitude in degrees, WGS-84. None where it said nothing that can be.
    content, preview
        JPEG without EXIF, upright.
    """

    format: str
    taken_at: datetime | None
    place: tuple[float, float] | None
    content: bytes
    preview: bytes


def make_picture(content: bytes) -> Picture:
    """The photo made safe. Its content alone says what it is: messengers rename what they send.

    Raises
    ------
    SourceFault
        ``PHOTO_LARGE``, ``PHOTO_FORMAT`` or ``PHOTO_BROKEN``.
    """
    if len(content) > LARGEST_BYTES:
        raise _fault("PHOTO_LARGE", "a larger file", f"at most {LARGEST_BYTES} bytes", "hand in a smaller picture")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=list(FORMATS))
    except Image.DecompressionBombError as fault:
        raise _too_many("more pixels than a photo has") from fault
    except _DAMAGE as fault:
        raise _fault("PHOTO_FORMAT", f"a file that begins with {content[:8]!r}", "a JPEG, PNG or WebP picture", _AGAIN) from fault
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise _too_many(f"{width} x {height} pixels")
    try:
        told = _read_exif(image)
        # A large JPEG is decoded at a fraction of its size.
        image.draft("RGB", (LONGEST, LONGEST))
        upright = ImageOps.exif_transpose(image)
        kept = _flatten(upright, LONGEST)
        preview = _flatten(kept, PREVIEW)
        return Picture(FORMATS[image.format], *told, _as_jpeg(kept), _as_jpeg(preview))
    except _DAMAGE as fault:
        raise _fault("PHOTO_BROKEN", f"the picture is damaged or cut off: {str(fault)[:120]}", "a whole picture", _AGAIN) from fault


def _too_many(found: str) -> SourceFault:
    return _fault("PHOTO_LARGE", found, f"at most {MOST_PIXELS} pixels", "take it with fewer megapixels")


def _fault(rule: str, found: str, expected: str, next_step: str) -> SourceFault:
    return SourceFault(Finding(rule, ERROR, found=found, expected=expected, next_step=next_step))


def _flatten(image: Image.Image, longest: int) -> Image.Image:
    """A new picture on white, no longer than that, with nothing but its pixels."""
    small = image.copy()
    small.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    seen = small.convert("RGBA")
    clean = Image.new("RGB", seen.size, "white")
    clean.paste(seen, mask=seen.getchannel("A"))
    return clean


def _as_jpeg(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return written.getvalue()


def _read_exif(image: Image.Image) -> tuple[datetime | None, tuple[float, float] | None]:
    """When and where, as far as the camera says something that can be."""
    exif = image.getexif()
    place = _try(lambda: _read_place(exif.get_ifd(ExifTags.IFD.GPSInfo)))
    return _try(lambda: _read_time(exif)), place


def _try(read):
    """What is read, or None where the camera wrote something that nobody can read."""
    try:
        return read()
    except (*_DAMAGE, ZeroDivisionError, AttributeError):
        return None


def _read_time(exif: Image.Exif) -> datetime | None:
    told, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    written, offset = told.get(ExifTags.Base.DateTimeOriginal), told.get(ExifTags.Base.OffsetTimeOriginal)
    day, clock = gps.get(ExifTags.GPS.GPSDateStamp), gps.get(ExifTags.GPS.GPSTimeStamp)
    if written and (offset or not (day and clock)):
        zone = datetime.strptime(str(offset).strip("\0 "), "%z").tzinfo if offset else SHANGHAI
        return _plausible(datetime.strptime(str(written).strip("\0 "), _STAMP).replace(tzinfo=zone))
    if day and clock:
        hours, minutes, seconds = (float(part) for part in clock)
        midnight = datetime.strptime(str(day).strip("\0 "), "%Y:%m:%d").replace(tzinfo=UTC)
        return _plausible(midnight + timedelta(hours=hours, minutes=minutes, seconds=seconds))
    return None


def _plausible(at: datetime) -> datetime | None:
    return at.astimezone(UTC) if at.year >= 1990 else None


def _read_place(gps: dict) -> tuple[float, float] | None:
    lat = _degrees(gps[ExifTags.GPS.GPSLatitude], str(gps[ExifTags.GPS.GPSLatitudeRef]).upper().startswith("S"))
    lon = _degrees(gps[ExifTags.GPS.GPSLongitude], str(gps[ExifTags.GPS.GPSLongitudeRef]).upper().startswith("W"))
    is_given = math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90 and (lon, lat) != (0, 0)
    return (lon, lat) if is_given else None


def _degrees(parts: tuple, is_negative: bool) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return (-1 if is_negative else 1) * (degrees + minutes / 60 + seconds / 3600)
