"""ZIP archives of surveys: members are counted and measured while they are unpacked, one at a time, under names that we make."""

import zipfile
from pathlib import Path
from typing import Self

from app.survey.findings import ERROR, Finding
from app.survey.readers.packed import FREE_BYTES, LARGEST_RATIO, MOST_BYTES, MOST_MEMBERS
from app.survey.readers.source import SourceFault

_CHUNK = 1 << 20
_DAMAGE = (zipfile.BadZipFile, EOFError, zipfile.zlib.error, NotImplementedError, RuntimeError, ValueError)


class Archive:
    """An open archive.

    Attributes
    ----------
    members
        Path inside the archive of each file, in the order of the paths; those that the system of the sender has put in are left out.
    """

    def __init__(self, path: Path):
        try:
            self._archive = zipfile.ZipFile(path)
        except _DAMAGE as fault:
            raise SourceFault(_damaged(fault)) from fault
        entries = [entry for entry in self._archive.infolist() if not entry.is_dir()]
        if len(entries) > MOST_MEMBERS:
            self._archive.close()
            raise SourceFault(_unsafe(f"{len(entries)} members", f"at most {MOST_MEMBERS}"))
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            name = _readable(entry)
            if name in self._entries:
                self._archive.close()
                raise SourceFault(_unsafe(f"{name[:100]} twice", "one file of each name"))
            self._entries[name] = entry
        self.members = sorted(name for name in self._entries if not _is_noise(name))
        self._packed = self._unpacked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure) -> None:
        self._archive.close()

    def unpack(self, member: str, folder: Path, name: str) -> Path:
        """Where the member now lies: in the folder, under the name given.

        Raises
        ------
        SourceFault
            ``FILE_TRUNCATED`` where the archive is damaged, ``FILE_UNSAFE`` where unpacking it would exhaust the machine.
        """
        entry = self._entries[member]
        self._packed += entry.compress_size
        target = folder / name
        try:
            with self._archive.open(entry) as source, target.open("xb") as file:
                while chunk := source.read(_CHUNK):
                    self._unpacked += len(chunk)
                    hold_in_bounds(self._packed, self._unpacked)
                    file.write(chunk)
        except _DAMAGE as fault:
            raise SourceFault(_damaged(fault)) from fault
        return target


def hold_in_bounds(packed: int, unpacked: int) -> None:
    """Refuse an archive that unpacks to more than a survey needs."""
    if unpacked > MOST_BYTES or (unpacked > FREE_BYTES and unpacked > LARGEST_RATIO * packed):
        raise SourceFault(_unsafe(f"{packed} bytes unpack to more than {unpacked}", f"at most {LARGEST_RATIO} times as many"))


def _readable(entry: zipfile.ZipInfo) -> str:
    """The name as the sender saw it: Chinese Windows writes GBK without saying so."""
    name = entry.filename
    if not entry.flag_bits & 0x800 and not name.isascii():
        try:
            name = name.encode("cp437").decode("gb18030")
        except (UnicodeEncodeError, UnicodeDecodeError):
            pass
    return name.replace("\\", "/")


def _is_noise(name: str) -> bool:
    parts = name.split("/")
    return any(part.startswith((".", "~$", "__MACOSX")) and part not in (".", "..") for part in parts) or parts[-1].lower() == "thumbs.db"


def _damaged(fault: Exception) -> Finding:
    return Finding(
        "FILE_TRUNCATED", ERROR, found=f"the ZIP file is damaged or cut off: {str(fault)[:200]}",
        next_step="deliver the whole file again, without a password",
    )  # fmt: skip


def _unsafe(found: str, expected: str) -> Finding:
    return Finding("FILE_UNSAFE", ERROR, found=found, expected=expected, next_step="deliver the files unpacked")
