"""Photos as cameras write them, with EXIF that tells where and when, made for tests."""

import io

from PIL import ExifTags, Image

# Stands in what a camera writes beside a picture; nothing of it may be served.
SECRET = "SERIAL-4711"


def photo(place: tuple[float, float] | None = None, taken: str | None = None, size=(640, 480), form: str = "JPEG", turned: int = 1,
          offset: str | None = None, utc: str | None = None, colour: str = "#308050") -> bytes:
    """A picture of one colour with a red corner at its top left.

    Parameters
    ----------
    place
        Longitude and latitude in degrees.
    taken, offset
        ``2026:05:01 08:30:00`` on the camera's clock, and its distance from UTC, ``+08:00``.
    utc
        Time of the satellites, ``2026:05:01 00:30:00``.
    turned
        EXIF's orientation; 6 is a camera held upright.
    """
    image = Image.new("RGB", size, colour)
    image.paste("#ff0000", (0, 0, size[0] // 4, size[1] // 4))
    exif = image.getexif()
    exif[ExifTags.Base.Orientation], exif[ExifTags.Base.Make] = turned, SECRET
    told, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    if taken:
        told[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        told[ExifTags.Base.OffsetTimeOriginal] = offset
    if utc:
        day, clock = utc.split()
        gps[ExifTags.GPS.GPSDateStamp] = day
        gps[ExifTags.GPS.GPSTimeStamp] = tuple(float(part) for part in clock.split(":"))
    if place:
        for name, value, signs in (("Longitude", place[0], "EW"), ("Latitude", place[1], "NS")):
            minutes = abs(value) % 1 * 60
            gps[getattr(ExifTags.GPS, f"GPS{name}Ref")] = signs[value < 0]
            gps[getattr(ExifTags.GPS, f"GPS{name}")] = (float(int(abs(value))), float(int(minutes)), minutes % 1 * 60)
    written = io.BytesIO()
    extra = {"comment": SECRET.encode()} if form == "JPEG" else {}
    image.save(written, form, exif=exif, **extra)
    return written.getvalue()
