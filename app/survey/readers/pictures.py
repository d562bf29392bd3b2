"""Photos that come with surveys: beside the files, in their archives, or handed in for themselves; which rows name them."""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from app.survey.readers.archive import Archive
from app.survey.readers.source import RawRow, SourceFault

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
# Photos that were handed in for themselves: a hidden folder, which no reader of tables enters.
FOLDER = ".photos"
MOST_PHOTOS = 500
LARGEST_BYTES = 25 << 20
_BETWEEN = str.maketrans("|,；，、", ";;;;;")


@dataclass(frozen=True)
class PictureFile:
    """A picture that can be read; ``is_alone`` where it was handed in for itself, and needs no row that names it."""

    file: str
    member: str | None
    is_alone: bool
    read: Callable[[], bytes]

    @property
    def name(self) -> str:
        """Its path, in the archive where it lies in one."""
        return self.member or self.file


@dataclass
class Album:
    """The pictures of an import, and which of them rows name.

    Attributes
    ----------
    named
        Picture -> (number of the source, row) of the first row that names it.
    """

    pictures: list[PictureFile]
    named: dict[PictureFile, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self):
        self._by_name: dict[str, list[PictureFile]] = defaultdict(list)
        for picture in self.pictures:
            self._by_name[_base(picture.name)].append(picture)

    def watch(self, source_no: int, rows: Callable[[], Iterator[RawRow]]) -> Callable[[], Iterator[RawRow]]:
        """The rows as they are; pictures that they name are noted."""
        return partial(self._watched, source_no, rows) if self.pictures else rows

    def wanted(self) -> list[PictureFile]:
        """The pictures that are taken: handed in for themselves, or named by a row."""
        return [picture for picture in self.pictures if picture.is_alone or picture in self.named]

    def _watched(self, source_no: int, rows: Callable[[], Iterator[RawRow]]) -> Iterator[RawRow]:
        for row in rows():
            if row[1].__class__ is tuple:
                self._note(source_no, row[0], row[1])
            yield row

    def _note(self, source_no: int, row_no: int, cells: Iterable[object]) -> None:
        for cell in cells:
            if cell.__class__ is str and cell.rstrip().lower().endswith(SUFFIXES):
                for name in cell.translate(_BETWEEN).split(";"):
                    picture = self._find(name.strip())
                    if picture is not None:
                        self.named.setdefault(picture, (source_no, row_no))

    def _find(self, name: str) -> PictureFile | None:
        """The one picture of that name; of several with one name the one whose path ends so."""
        found = self._by_name.get(_base(name), [])
        if len(found) > 1:
            path = name.replace("\\", "/").casefold()
            found = [picture for picture in found if picture.name.casefold().endswith(path)]
        return found[0] if len(found) == 1 else None


def find_pictures(paths: Iterable[Path]) -> Album:
    """The pictures in folders, in their hidden folder of photos, and in archives."""
    pictures = []
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            suffix = file.suffix.lower()
            if suffix in SUFFIXES and file.is_file() and not file.name.startswith("."):
                pictures.append(PictureFile(str(file), None, file.parent.name == FOLDER, partial(_read, file)))
            elif suffix == ".zip" and file.is_file():
                pictures.extend(_packed(file))
    return Album(pictures)


def _packed(path: Path) -> list[PictureFile]:
    try:
        with Archive(path) as archive:
            members = [member for member in archive.members if PurePosixPath(member).suffix.lower() in SUFFIXES]
    except SourceFault:
        # Whoever reads its tables tells it.
        return []
    return [PictureFile(str(path), member, False, partial(_unpack, path, member)) for member in members]


def _unpack(path: Path, member: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="survey-") as folder, Archive(path) as archive:
        return _read(archive.unpack(member, Path(folder), "picture"))


def _read(path: Path) -> bytes:
    """The file; of one that is larger than any picture may be just so much as shows it."""
    with path.open("rb") as file:
        return file.read(LARGEST_BYTES + 1)


def _base(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1].casefold()
