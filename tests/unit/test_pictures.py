"""Photos made safe: what a camera says, what is kept, and what is refused."""

import io
import struct
import tracemalloc
import zlib
from datetime import UTC, datetime

import pytest
from PIL import Image

from app.survey.pictures import LONGEST, PREVIEW, make_picture
from app.survey.readers.pictures import LARGEST_BYTES, Album, PictureFile
from app.survey.readers.source import SourceFault
from tests.photos import SECRET, photo

HALF_PAST_EIGHT = datetime(2026, 5, 1, 0, 30, tzinfo=UTC)
PLACE = (112.2281, 30.0627)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_time_and_place_are_taken_out_and_nothing_else_is_kept(form):
    made = make_picture(photo(PLACE, "2026:05:01 08:30:00", form=form, size=(3000, 2000)))
    assert made.format == form.lower() and made.taken_at == HALF_PAST_EIGHT and made.place == pytest.approx(PLACE, abs=1e-7)
    for content, longest in ((made.content, LONGEST), (made.preview, PREVIEW)):
        image = opened(content)
        assert image.format == "JPEG" and max(image.size) == longest and not image.getexif() and SECRET.encode() not in content
        assert "comment" not in image.info


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({"taken": "2026:05:01 08:30:00"}, HALF_PAST_EIGHT),
        ({"taken": "2026:05:01 02:30:00", "offset": "+02:00"}, HALF_PAST_EIGHT),
        ({"taken": "2026:05:01 10:30:00", "utc": "2026:05:01 00:30:00"}, HALF_PAST_EIGHT),
        ({"utc": "2026:05:01 00:30:00"}, HALF_PAST_EIGHT),
        ({"taken": "0000:00:00 00:00:00"}, None),
        ({"taken": "1970:01:01 00:00:00"}, None),
        ({"taken": "yesterday"}, None),
        ({"taken": "2026:05:01 08:30:00", "offset": "east"}, None),
        ({}, None),
    ],
)
def test_when(given, taken):
    assert make_picture(photo(**given)).taken_at == taken


@pytest.mark.parametrize(("place", "told"), [(None, None), ((0, 0), None), ((-70.5, -33.25), (-70.5, -33.25)), ((200, 30), None)])
def test_where(place, told):
    found = make_picture(photo(place)).place
    assert found == (told and pytest.approx(told))


def test_a_picture_is_turned_upright():
    image = opened(make_picture(photo(turned=6)).content)
    assert image.size == (480, 640)
    red, _, blue = image.getpixel((470, 10))
    assert red > 200 and blue < 60


@pytest.mark.parametrize("mode", ["L", "P", "LA", "RGBA", "CMYK", "1", "I;16"])
def test_every_mode_of_a_picture_is_read(mode):
    form = "JPEG" if mode == "CMYK" else "PNG"
    written = io.BytesIO()
    Image.new(mode, (40, 30)).save(written, form)
    assert opened(make_picture(written.getvalue()).content).mode == "RGB"


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is so large, in a few bytes."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def gif() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 30)).save(written, "GIF")
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "PHOTO_FORMAT"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "PHOTO_FORMAT"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "PHOTO_FORMAT"),
        (gif(), "PHOTO_FORMAT"),
        (photo()[:3000], "PHOTO_BROKEN"),
        (photo(form="PNG")[:700], "PHOTO_BROKEN"),
        (photo(form="WEBP")[:100], "PHOTO_FORMAT"),
        (bomb(60_000, 60_000), "PHOTO_LARGE"),
        (bomb(12_000, 10_000), "PHOTO_LARGE"),
        (bomb(4_000, 3_000), "PHOTO_BROKEN"),
        (photo() + b"\0" * LARGEST_BYTES, "PHOTO_LARGE"),
    ],
    ids=["empty", "svg", "postscript", "gif", "cut-jpeg", "cut-png", "cut-webp", "bomb", "small-bomb", "lying-png", "heavy"],
)
def test_what_is_no_photo_is_refused_by_one_finding_and_cheaply(content, rule):
    tracemalloc.start()
    with pytest.raises(SourceFault) as told:
        make_picture(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    finding = told.value.finding
    assert finding.rule == rule and finding.found and finding.expected and finding.next_step and peak < 120 << 20


def test_rows_name_pictures_by_path_or_name_and_never_the_wrong_one():
    def file(member):
        return PictureFile("a.zip", member, False, bytes)

    first, second, third = file("DCIM/a.jpg"), file("old/a.jpg"), file("DCIM/b.png")
    album = Album([first, second, third])
    rows = [(2, ("MH-1", "a.jpg"), None), (3, ("MH-2", "DCIM/A.JPG; b.png"), None), (4, ("MH-3", r"old\a.jpg", 7), None)]
    assert list(album.watch(5, lambda: iter(rows))()) == rows
    assert album.named == {first: (5, 3), third: (5, 3), second: (5, 4)}
